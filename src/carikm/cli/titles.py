"""An article's title, and whether it is its headline."""

from carikm.cli.safe import one_line
from carikm.cli.screen import Part
from carikm.index.rows import StoredArticle


def title_parts(article: StoredArticle) -> list[Part]:
    """Write a headline as one; a first sentence in its place says what it is."""
    title = one_line(article.title)
    if article.headline_origin is None:
        return [Part(title, "sentence"), Part(" (first sentence; no headline)", "dim")]
    return [Part(title, "title")]
