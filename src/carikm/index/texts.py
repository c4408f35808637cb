"""Texts on disk: each compressed by itself (Zstandard), with a dictionary that was trained on the archive.

A paragraph is too short to be compressed well by itself. With a dictionary of 64 KiB of what the archive says again
and again, paragraphs of news take .43 of their size; each can still be read alone.
"""

import sys
from collections.abc import Sequence
from functools import cache

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_DICTIONARY_BYTES = 1 << 16
_LEVEL = 3
# So few texts make no dictionary that is worth its own size.
_LEAST_TO_TRAIN = 20 * _DICTIONARY_BYTES
# No text that is read is larger, whatever an index says: it may be somebody else's.
LARGEST_TEXT = 1 << 28


def train(texts: Sequence[str]) -> bytes:
    """Make a dictionary from a sample of an archive's texts; empty where they are too few or too alike."""
    samples = [text.encode() for text in texts]
    if sum(map(len, samples)) < _LEAST_TO_TRAIN:
        return b""
    try:
        return zstd.train_dict(samples, _DICTIONARY_BYTES).dict_content
    except zstd.ZstdError:  # such as for one text of a million letters without a space
        return b""


class Packer:
    """Compresses texts."""

    def __init__(self, dictionary: bytes) -> None:
        self._compressor = zstd.ZstdCompressor(level=_LEVEL, zstd_dict=_loaded(dictionary))

    def pack(self, text: str) -> bytes:
        """Compress a text."""
        return self._compressor.compress(text.encode(), zstd.ZstdCompressor.FLUSH_FRAME)


class Unpacker:
    """Reads what a `Packer` with the same dictionary wrote."""

    def __init__(self, dictionary: bytes) -> None:
        self._dictionary = _loaded(dictionary)

    def unpack(self, data: bytes, most: int = LARGEST_TEXT) -> str:
        """Read a text of up to so many bytes.

        Raises:
            ValueError: that is no text, or a larger one.
        """
        return uncompressed(data, min(most, LARGEST_TEXT), self._dictionary).decode()


def compressed(data: bytes, level: int) -> bytes:
    """Compress bytes."""
    return _compressor(level).compress(data, zstd.ZstdCompressor.FLUSH_FRAME)


@cache
def _compressor(level: int) -> zstd.ZstdCompressor:
    """Give one that is used again and again, for half the time that a new one for each block would take."""
    return zstd.ZstdCompressor(level=level)


def uncompressed(data: bytes, most: int, dictionary: zstd.ZstdDict | None = None) -> bytes:
    """Read compressed bytes, up to so many.

    Raises:
        ValueError: they are not compressed, or are more.
    """
    decompressor = zstd.ZstdDecompressor(dictionary)
    try:
        whole = decompressor.decompress(data, most)
    except zstd.ZstdError as error:
        raise ValueError(str(error)) from error
    if not decompressor.eof or decompressor.unused_data:
        raise ValueError("compressed bytes that end too early or too late")
    return whole


def _loaded(dictionary: bytes) -> zstd.ZstdDict | None:
    return zstd.ZstdDict(dictionary) if dictionary else None
