"""The journal from which a killed update is taken back, and its seal, by which it is known to be whole.

SQLite keeps in the journal what the pages that an update changes have held, and plays it back before anyone reads
(https://www.sqlite.org/fileformat2.html, 3). A journal that was damaged meanwhile it plays back as far as it can: of
each page it checks a few bytes, a number of pages too low or a beginning that is none it takes for the end, and every
page it writes gets a new checksum. A mixture would then pass for an index. So an update seals the journal before it
writes to the index, and a sealed journal that is another is not played back: the index is damaged.

What an update writes before its end, since it does not fit into memory, is written without a seal. Nor does a seal tell
one index from another that has been changed as often.
"""

import os
import struct
from contextlib import closing, suppress
from pathlib import Path

from carikm.index.format import INDEX_FILE, JOURNAL, PAGE_SIZE, SEAL, connect

# What SQLite writes last, when all else is on disk: the journal's mark, and how many pages it has.
_BEGINNING = struct.Struct(">8sI")
_MARK = bytes.fromhex("d9d505f920a163d7")
# Behind it: a number for sums, pages of the index before, and the sizes of a sector, which the header takes up, and of
# a page. A page stands between its number and a sum.
_SIZES = struct.Struct(">8xII")
_BESIDE_PAGE = 8
# Length and number of pages of the journal, how often the index has been changed, a digest of these and of what stands
# behind the journal's beginning, and of all that.
_SEALED = struct.Struct(">QII")
# SQLite counts the changes of a file in its header (https://www.sqlite.org/fileformat2.html, 1.3.7).
_CHANGES, _CHANGES_AT = struct.Struct(">I"), 24
_DIGEST_BYTES = 32
_READ_AT_ONCE = 1 << 20


class JournalDamaged(Exception):
    """The journal is not the one that was sealed."""


def seal_journal(folder: Path) -> None:
    """Seal the journal of an update in which all is decided, and nothing of it yet written to the index.

    Nothing is sealed where there is no journal, or one that looks otherwise: then SQLite's own checks are all there is.

    Raises:
        OSError: it cannot be read, or the seal not be written.
    """
    journal = folder / JOURNAL
    if not journal.exists():
        return
    with journal.open("rb") as stream:
        beginning = stream.read(_BEGINNING.size + _SIZES.size)
        if len(beginning) < _BEGINNING.size + _SIZES.size or any(beginning[: _BEGINNING.size]):
            return
        sector, page = _SIZES.unpack_from(beginning, _BEGINNING.size)
        length = os.fstat(stream.fileno()).st_size
        pages, rest = divmod(length - sector, page + _BESIDE_PAGE)
        if page != PAGE_SIZE or rest:
            return
        os.fsync(stream.fileno())  # a seal that is on disk is of a journal that is
    sealed = _SEALED.pack(length, pages, _changes(folder))
    sealed += _digest_of(journal, sealed, length)
    with (folder / SEAL).open("wb") as stream:
        stream.write(sealed + _digest(sealed))
        stream.flush()
        os.fsync(stream.fileno())


def break_seal(folder: Path) -> None:
    """Remove the seal of a journal that is no more; one that stays does no harm."""
    with suppress(OSError):
        (folder / SEAL).unlink(missing_ok=True)


def undo_unfinished(folder: Path) -> None:
    """Let SQLite take back what a killed update has left half done; whoever calls holds the writers' lock.

    Raises:
        apsw.Error: it cannot be taken back.
        JournalDamaged: the journal is another than the update has left.
        OSError: the journal cannot be read or mended.
    """
    _check_seal(folder)
    with closing(connect(folder / INDEX_FILE)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()  # it does so before it reads
    break_seal(folder)


def _check_seal(folder: Path) -> None:
    """See that a sealed journal is whole; whoever calls holds the writers' lock, and lets SQLite play it back.

    Its beginning is written anew if it does not say that there are as many pages. A seal that is not whole was never
    finished, nor was anything written to the index then.

    Raises:
        JournalDamaged: it is another than was sealed, or the index is another than it was sealed beside.
        OSError: it cannot be read or written.
    """
    if not ((folder / SEAL).exists() and (folder / JOURNAL).exists()):
        return
    sealed = (folder / SEAL).read_bytes()
    body, own = sealed[:-_DIGEST_BYTES], sealed[-_DIGEST_BYTES:]
    if len(sealed) != _SEALED.size + 2 * _DIGEST_BYTES or _digest(body) != own:
        return
    length, pages, changes = _SEALED.unpack_from(body)
    if _digest_of(folder / JOURNAL, body[: _SEALED.size], length) != body[_SEALED.size :]:
        raise JournalDamaged
    # Of another state of the index, or of another one: it was copied, and what was copied before it had stayed.
    if (_changes(folder) - changes) & 0xFFFF_FFFF > 1:
        raise JournalDamaged
    with (folder / JOURNAL).open("rb+") as stream:
        mark, said = _BEGINNING.unpack(stream.read(_BEGINNING.size))
        if mark != _MARK or said < pages:
            stream.seek(0)
            stream.write(_BEGINNING.pack(_MARK, pages))
            stream.flush()
            os.fsync(stream.fileno())


def _changes(folder: Path) -> int:
    """Tell how often the index has been changed: an update changes it once, whether it is whole or not.

    Through SQLite, which keeps its locks: whoever else closes a file lets go of all that this process has on it.
    """
    with closing(connect(folder / INDEX_FILE, may_write=False, is_left_alone=True)) as connection:
        found: int = _CHANGES.unpack(connection.read("main", 0, _CHANGES_AT, _CHANGES.size)[1])[0]
    return found


def _digest(data: bytes) -> bytes:
    from hashlib import blake2b  # no search needs it

    return blake2b(data, digest_size=_DIGEST_BYTES).digest()


def _digest_of(journal: Path, before: bytes, length: int) -> bytes:
    """Hash a journal up to a length, but for its beginning, with something before it."""
    from hashlib import blake2b

    found = blake2b(before, digest_size=_DIGEST_BYTES)
    with journal.open("rb") as stream:
        stream.seek(_BEGINNING.size)
        left = length - _BEGINNING.size
        while left > 0 and (read := stream.read(min(left, _READ_AT_ONCE))):
            found.update(read)
            left -= len(read)
    return found.digest()
