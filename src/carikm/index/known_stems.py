"""Stems that are known from an earlier index, so that the next one need not ask for them again.

They lie in a file beside the index, which outlives it: a rebuild, or another format of the index, still finds them. It
can only save time: its contents must have the digest it names, and must have been made by the very rules, tables and
root words that would make them now; anything else counts as no file. Only what the tables and the stemmer say belongs
in it, not what a user's corrections or an archive's names decide.
"""

import contextlib
import zlib
from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from pathlib import Path

STEMS_FILE = "stems.cache"
UNFINISHED_STEMS = STEMS_FILE + ".new"
_DIGEST_SIZE = 32
_MOST_BYTES = 1 << 28  # some ten million words
_QUICKLY = 1  # of zlib's levels: 150,000 words take 0.04 s


def read_stems(folder: Path) -> dict[str, str]:
    """Give the stems that `folder` keeps, by their surface forms; none where it has no file that can be trusted."""
    try:
        packed = (folder / STEMS_FILE).read_bytes()
    except OSError:
        return {}
    rules, digest, contents = packed[:_DIGEST_SIZE], packed[_DIGEST_SIZE : 2 * _DIGEST_SIZE], packed[2 * _DIGEST_SIZE :]
    if rules != _rules() or digest != _digest(contents):
        return {}
    # The digest is no secret: whoever made the index may have put anything here.
    decompressor = zlib.decompressobj()
    try:
        rows = decompressor.decompress(contents, _MOST_BYTES).decode("utf-8", "surrogatepass").split("\n")
    except (zlib.error, UnicodeDecodeError):
        return {}
    if not decompressor.eof:
        return {}
    return {surface: stem or surface for surface, _, stem in (row.partition("\t") for row in rows) if surface}


def write_stems(folder: Path, stems: Mapping[str, str]) -> None:
    """Keep stems in `folder`, in the place of those that it had; where that fails, it keeps none."""
    # Most words are their own stems.
    rows = [surface if surface == stem else f"{surface}\t{stem}" for surface, stem in sorted(stems.items())]
    contents = zlib.compress("\n".join(rows).encode("utf-8", "surrogatepass"), _QUICKLY)
    unfinished = folder / UNFINISHED_STEMS
    try:
        unfinished.write_bytes(_rules() + _digest(contents) + contents)
        unfinished.replace(folder / STEMS_FILE)
    except OSError:
        with contextlib.suppress(OSError):
            unfinished.unlink()


def _digest(contents: bytes) -> bytes:
    return blake2b(contents, digest_size=_DIGEST_SIZE).digest()


@cache
def _rules() -> bytes:
    """Give a digest of all that decides on stems: the code and tables of analysis, and Sastrawi's."""
    import Sastrawi

    import carikm.analysis

    digest = blake2b(digest_size=_DIGEST_SIZE)
    for package in (carikm.analysis, Sastrawi):
        for folder in package.__path__:
            for file in sorted(Path(folder).rglob("*")):
                if file.suffix in (".py", ".tsv", ".txt"):
                    digest.update(file.read_bytes() + b"\0")
    return digest.digest()
