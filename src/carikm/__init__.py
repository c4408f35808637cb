"""carikm finds paragraphs in archives of Indonesian articles.

    import carikm

    for hit in carikm.find("sentra logam", limit=3).result.hits:
        print(hit.reference, hit.article.title)

Importing the package costs next to nothing: each name below is loaded when it is first used.
"""

TYPE_CHECKING = False  # as in `typing`, which takes milliseconds to import, with nobody there to answer an interrupt
if TYPE_CHECKING:
    from carikm.api import (
        analyze_words,
        build_index,
        find,
        find_all,
        find_similar,
        list_acronyms,
        list_articles,
        rank_all,
        read_article,
        read_source,
        read_status,
    )
    from carikm.errors import CarikmError

__version__ = "0.1.0"

__all__ = [
    "CarikmError",
    "__version__",
    "analyze_words",
    "build_index",
    "find",
    "find_all",
    "find_similar",
    "list_acronyms",
    "list_articles",
    "rank_all",
    "read_article",
    "read_source",
    "read_status",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'carikm' has no attribute {name!r}")
    if name == "CarikmError":
        from carikm.errors import CarikmError

        return CarikmError
    from carikm import api

    found: object = getattr(api, name)
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
