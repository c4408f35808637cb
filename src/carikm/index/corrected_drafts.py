"""Articles as their files say, with what the user has corrected: lines, and the outlets of folders."""

from collections.abc import Iterable
from pathlib import PurePosixPath

from carikm.corpus import CERTAIN
from carikm.corpus.article import Draft, read_draft
from carikm.corpus.metadata import Found
from carikm.index.corrections import CORRECTIONS_FILE, Corrections


def read_corrected(raw: bytes, path: str, corrections: Corrections) -> Draft:
    """Read a file's bytes; of the nearest folder that has been given an outlet the article is, whatever its text says.

    Such an outlet is said to be known by `carikm.toml`, of line 1.

    Args:
        raw: the bytes.
        path: of the file, below the corpus folder.
        corrections: the user's.

    Raises:
        Unreadable: the bytes are no text, or hold no word.
    """
    draft = read_draft(raw, extra=corrections.boilerplate, never=corrections.not_boilerplate)
    for folder in PurePosixPath(path).parents if corrections.outlets else ():
        if (outlet := corrections.outlets.get(str(folder))) is not None:
            return draft._replace(metadata=draft.metadata._replace(outlet=Found(outlet, 1, CORRECTIONS_FILE, CERTAIN)))
    return draft


def folders_without_articles(corrections: Corrections, paths: Iterable[str]) -> list[str]:
    """Give the folders that have been given an outlet and hold none of some articles, given by their paths."""
    if not corrections.outlets:
        return []
    known = {str(folder) for path in paths for folder in PurePosixPath(path).parents}
    return sorted(corrections.outlets.keys() - known)
