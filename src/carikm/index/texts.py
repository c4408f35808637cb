"""Texts on disk: each compressed by itself (Zstandard), with a dictionary that was trained on the archive.

A paragraph is too short to be compressed well by itself. With a dictionary of 64 KiB of what the archive says again
and again, paragraphs of news take .43 of their size; each can still be read alone.
"""

from _thread import get_ident
from collections.abc import Sequence
from functools import cache

from carikm.index.compression import zstandard

_DICTIONARY_BYTES = 1 << 16
_LEVEL = 3
# So few texts make no dictionary that is worth its own size.
_LEAST_TO_TRAIN = 20 * _DICTIONARY_BYTES
# No text that is read is larger, whatever an index says: it may be somebody else's.
LARGEST_TEXT = 1 << 28


def train(texts: Sequence[str]) -> bytes:
    """Make a dictionary from a sample of an archive's texts; empty where they are too few or too alike."""
    samples: list[bytes | bytearray | memoryview] = [text.encode() for text in texts]
    if sum(map(len, samples)) < _LEAST_TO_TRAIN:
        return b""
    try:
        return zstandard.train_dictionary(_DICTIONARY_BYTES, samples).as_bytes()
    except zstandard.ZstdError:  # such as for one text of a million letters without a space
        return b""


class Packer:
    """Compresses texts."""

    def __init__(self, dictionary: bytes) -> None:
        self._compressor = zstandard.ZstdCompressor(level=_LEVEL, dict_data=_loaded(dictionary))

    def pack(self, text: str) -> bytes:
        """Compress a text."""
        return self._compressor.compress(text.encode())


class Unpacker:
    """Reads what was compressed with the same dictionary; may be used by several threads."""

    def __init__(self, dictionary: bytes) -> None:
        """Take the dictionary, empty for none.

        Raises:
            ValueError: it is none.
        """
        self._dictionary = _loaded(dictionary)
        # One is used again and again, for a tenth of the time that a new one for each text would take.
        self._of_threads: dict[int, zstandard.ZstdDecompressor] = {}

    def unpack(self, data: bytes, most: int = LARGEST_TEXT) -> str:
        """Read a text of up to so many bytes.

        Raises:
            ValueError: that is no text, or a larger one.
        """
        return self.uncompressed(data, min(most, LARGEST_TEXT)).decode()

    def uncompressed(self, data: bytes, most: int) -> bytes:
        """Read compressed bytes, up to so many.

        Raises:
            ValueError: they are not compressed, or are more.
        """
        thread = get_ident()
        own = self._of_threads.get(thread)
        if own is None:
            own = self._of_threads[thread] = zstandard.ZstdDecompressor(dict_data=self._dictionary)
        try:
            # As much memory is taken as the data claims to need.
            if not 0 <= zstandard.frame_content_size(data) <= most:
                raise ValueError(f"compressed bytes of another length than up to {most}")
            return own.decompress(data, allow_extra_data=False)
        except zstandard.ZstdError as error:
            raise ValueError(str(error)) from error


def compressed(data: bytes, level: int) -> bytes:
    """Compress bytes, without a dictionary."""
    return _compressor(level).compress(data)


def uncompressed(data: bytes, most: int) -> bytes:
    """Read bytes that were compressed without a dictionary, up to so many.

    Raises:
        ValueError: they are not compressed, or are more.
    """
    return _unpacker().uncompressed(data, most)


@cache
def _compressor(level: int) -> zstandard.ZstdCompressor:
    """Give one that is used again and again, for half the time that a new one for each block would take."""
    return zstandard.ZstdCompressor(level=level)


@cache
def _unpacker() -> Unpacker:
    return Unpacker(b"")


def _loaded(dictionary: bytes) -> zstandard.ZstdCompressionDict | None:
    return zstandard.ZstdCompressionDict(dictionary) if dictionary else None
