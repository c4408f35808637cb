"""From a file's bytes to its text, and from places in the text back to bytes.

Decoding is strict and reversible: the text encodes to exactly the bytes it came from, so a chunk's byte span
can be checked by anyone against the file on disk.
"""

import codecs
import re
from collections.abc import Iterable, Iterator

from carikm.corpus.files import Unreadable
from carikm.records import NamedTuple

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Enough for the detector to see the alphabet, little enough that a huge file costs no more than a large one.
_DETECTION_SAMPLE = 64_000
# Below this the detector names any old code page: "“Kami siap,” kata Budi." comes out as Estonian for DOS.
_MIN_CONFIDENCE = 0.2
# Above this share of control characters a "text" is an image or an archive that happens to decode.
_MAX_CONTROL_SHARE = 0.02
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")  # but those that texts have: \t\n\v\f\r and escape
_NO_CONTROL_BYTES = bytes(byte for byte in range(256) if not _CONTROLS.match(chr(byte)))
_MIN_CONTROLS = 4


class Decoded(NamedTuple):
    """A file's text; `encoding` is Python's codec name, `offset` the bytes of a byte order mark before it."""

    text: str
    encoding: str
    offset: int


def decode(raw: bytes) -> Decoded:
    """Decode UTF-8 with or without a mark, UTF-16 or UTF-32 with one, else by the best guess of chardet.

    Raises:
        Unreadable: empty, binary, or in no encoding that gives the same bytes back.
    """
    if not raw:
        raise Unreadable("empty file")
    decoded = _decode_marked(raw) or _decode_unmarked(raw)
    if "\0" in decoded.text:
        raise Unreadable("binary (NUL characters)")
    # In UTF-8 bytes tell as much, at a tenth of the cost.
    is_utf_8 = decoded.encoding in ("utf-8", "utf-8-sig")
    controls = len(raw.translate(None, _NO_CONTROL_BYTES) if is_utf_8 else _CONTROLS.findall(decoded.text))
    if controls >= _MIN_CONTROLS and controls > _MAX_CONTROL_SHARE * len(decoded.text):
        raise Unreadable("binary (control characters)")
    if not decoded.text or decoded.text.isspace():
        raise Unreadable("only white space")
    return decoded


def _decode_marked(raw: bytes) -> Decoded | None:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            codec = "utf-8" if encoding == "utf-8-sig" else encoding
            try:
                return Decoded(raw[len(mark) :].decode(codec), encoding, len(mark))
            except UnicodeDecodeError as error:
                if codec == "utf-8":
                    return None
                raise Unreadable(f"starts as {encoding} but is not: {error.reason}") from error
    return None


def _decode_unmarked(raw: bytes) -> Decoded:
    if b"\0" in raw:
        raise Unreadable("binary (NUL bytes)")
    try:
        return Decoded(raw.decode("utf-8"), "utf-8", 0)
    except UnicodeDecodeError:
        return _decode_guessed(raw)


def _decode_guessed(raw: bytes) -> Decoded:
    import chardet  # 130 ms, and only for files that are not UTF-8

    # ASCII tells a detector nothing: show it the part around the first byte that is not.
    first = next(place for place, byte in enumerate(raw) if byte > 127)
    start = max(0, first - _DETECTION_SAMPLE // 2)
    detected = chardet.detect(raw[start : start + _DETECTION_SAMPLE])
    guess = detected["encoding"]
    if guess is None:
        raise Unreadable("binary (no known encoding)")
    # Latin-1 is cp1252 with holes filled: it takes what the better guess cannot.
    unsure = detected["confidence"] < _MIN_CONFIDENCE
    for encoding in ("cp1252", guess, "latin-1") if unsure else (guess, "cp1252", "latin-1"):
        try:
            codec = codecs.lookup(encoding).name
            text = raw.decode(codec)
            if text.encode(codec) == raw:
                return Decoded(text, codec, 0)
        except (LookupError, UnicodeError):
            continue
    raise Unreadable(f"not decodable as {guess}")


def byte_offsets(decoded: Decoded, places: Iterable[int]) -> Iterator[int]:
    """Turn ascending code point offsets of the text into byte offsets of the file, one for one."""
    codec = "utf-8" if decoded.encoding == "utf-8-sig" else decoded.encoding
    if codec == "utf-8" and decoded.text.isascii():
        yield from (decoded.offset + place for place in places)
        return
    place, offset = 0, decoded.offset
    for target in places:
        offset += len(decoded.text[place:target].encode(codec))
        place = target
        yield offset
