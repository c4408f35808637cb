"""Where the sentences of an Indonesian text end."""

import re

# A stop, closing quotes, white space, and something that can open a sentence, in a text in which other signs stand for
# those beyond Latin 1: to compile a set with some of these takes longer than to cut the texts of a page.
_BOUNDARY = re.compile(r"""(?<=[.!?])["'»)\]]{0,3}\s+(?=["'«(\[-]{0,3}\s?[A-Z0-9À-Þ])""")
_STANDS_FOR = (("…", "."), ("”", "»"), ("’", "»"), ("“", "«"), ("‘", "«"), ("–", "-"), ("—", "-"))
# Titles, initials and shortenings that a name or a number follows.
_ABBREVIATIONS = frozenset(
    """
    Dr dr drg Drs Dra Ir Prof Hj KH Tn Ny Sdr Mr Mrs Ms St Moh Muh Bpk Yth PT CV UD RT RW Jl Jln Gg No Nomor Rp Kab
    Kec Kel Prov tgl hlm hal dkk a.n d.a u.b vs
    """.split()  # noqa: SIM905
)
_LINE = re.compile(r"[^\r\n]+")
_LOOK_BACK = 12


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Cut `text[start:end]` into sentences: half-open spans without the white space between them.

    Line breaks end a sentence too. Spans are offsets into `text`; every character that is no white space lies
    in exactly one.
    """
    end = len(text) if end is None else end
    # Of a long text parts are asked for one by one: nothing is looked at but the part, and the sign before it.
    first = max(start - 1, 0)
    plain = _in_latin(text[first:end])
    spans: list[tuple[int, int]] = []
    for line in _LINE.finditer(text, start, end):
        opened = line.start()
        for boundary in _BOUNDARY.finditer(plain, line.start() - first, line.end() - first):
            stop = first + boundary.start()
            if not _ends_in_abbreviation(text[max(opened, stop - _LOOK_BACK) : stop]):
                _append_stripped(spans, text, opened, first + boundary.end())
                opened = first + boundary.end()
        _append_stripped(spans, text, opened, line.end())
    return spans


def _in_latin(text: str) -> str:
    """Put one sign of Latin 1 in the place of each that stops, closes or opens a sentence."""
    if not text.isascii():
        for sign, other in _STANDS_FOR:
            text = text.replace(sign, other)
    return text


def _ends_in_abbreviation(text: str) -> bool:
    """Tell whether the full stop at the end of a text belongs to an initial or a shortening."""
    if not text.endswith("."):
        return False
    words = text[:-1].split()
    last = words[-1].lstrip('(“"') if words else ""
    return last in _ABBREVIATIONS or (len(last) == 1 and "A" <= last <= "Z")


def _append_stripped(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    content = text[start:end]
    stripped = content.strip()
    if stripped:
        start += len(content) - len(content.lstrip())
        spans.append((start, start + len(stripped)))
