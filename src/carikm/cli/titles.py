"""What is said of an article above its text: title, outlet, date, file."""

import os.path
from collections.abc import Sequence
from pathlib import Path

from carikm.cli.safe import one_line
from carikm.cli.screen import Part, marked
from carikm.corpus import CERTAIN, DOUBTFUL
from carikm.index.rows import StoredArticle

_FAR_AWAY = str(Path("..", "..", ".."))


def title_parts(article: StoredArticle, spans: Sequence[tuple[int, int]] = ()) -> list[Part]:
    """Write a headline, with `spans` of it marked; a first sentence in its place says what it is."""
    style = "title" if article.headline_origin else "sentence"
    parts = [part._replace(text=one_line(part.text)) for part in marked(article.title, spans, style)]
    if article.headline_origin is None:
        parts.append(Part(" (first sentence; no headline)", "dim"))
    return parts


def known_parts(article: StoredArticle) -> list[Part]:
    """Write outlet and date, where they are known: what a hit needs."""
    known = [one_line(value) for value in (article.outlet, shown_date(article)) if value]
    return [Part("".join(f"{value} · " for value in known), "dim")]


def filed_parts(article: StoredArticle) -> list[Part]:
    """Write author and place, where they are known; one that is doubtful has a tilde before it."""
    known = [(article.author, article.author_origin), (article.dateline, article.dateline_origin)]
    shown = [
        f"~{one_line(value)}" if origin.certainty == DOUBTFUL else one_line(value)
        for value, origin in known
        if value and origin
    ]
    return [Part("".join(f"{value} · " for value in shown), "dim")]


def shown_date(article: StoredArticle) -> str | None:
    """Write the date; one that is not certain has a tilde before it."""
    if article.date is None or article.date_origin is None:
        return None
    return article.date if article.date_origin.certainty == CERTAIN else f"~{article.date}"


def path_from_here(corpus: Path, label: str, article: StoredArticle) -> str:
    """Give the path of an article's file that an editor started here can open."""
    absolute = str(corpus / article.path)
    try:
        if Path.cwd() / label == corpus:
            return f"{label}/{article.path}"
        relative = os.path.relpath(absolute)
    except OSError:  # there is no "here": the current folder was deleted
        return absolute
    return absolute if relative.startswith(_FAR_AWAY) else relative
