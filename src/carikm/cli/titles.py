"""What is said of an article above its text: title, outlet, date, file."""

import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from carikm.cli.safe import one_line
from carikm.cli.screen import Part, marked
from carikm.corpus import CERTAIN, DOUBTFUL
from carikm.index.rows import StoredArticle

_FAR_AWAY = os.path.join("..", "..", "..")  # noqa: PTH118


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
    try:
        here = os.getcwd()  # noqa: PTH109
        below = _way_down(str(corpus), label, here)
        if below is not None:
            return os.path.join(below, article.path)  # noqa: PTH118
        absolute = str(corpus / article.path)
        relative = os.path.relpath(absolute, here)
    except OSError:  # there is no "here": the current folder was deleted
        return str(corpus / article.path)
    return absolute if relative.startswith(_FAR_AWAY) else relative


@lru_cache(maxsize=1)  # of all hits, it is the same
def _way_down(corpus: str, label: str, here: str) -> str | None:
    """Give the way from here to the corpus folder, if that lies below or is here."""
    if os.path.join(here, label) == corpus:  # noqa: PTH118
        return label
    relative = os.path.relpath(corpus, here)
    return None if relative.startswith(os.pardir) else "" if relative == os.curdir else relative
