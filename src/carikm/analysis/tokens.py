"""From text to tokens: the words of a text, with offsets into it.

A token's `surface` is the normalised form that is indexed; normalising changes what a token says and never
where it stands, so that what is highlighted is what was found. E-mail addresses, URLs and @handles are one token
each; `KOMPAS.com` without scheme or `www.` is two words, so that *kompas* finds it. The words that a URL is made of
(`url_words`) are no tokens of the text, but they are indexed too: many a URL ends in a headline.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice

from carikm.records import NamedTuple

# Longer "words" are scraping accidents; a prefix of this length still finds them.
MAX_SURFACE_LENGTH = 64

_COMBINING = r"\u0300-\u036f\u064b-\u065f"  # accents and Arabic vowels written apart from their letter
_INVISIBLE = r"\u00ad\u200c\u200d\u2060\ufeff"  # soft hyphen, joiners: they leave a word whole
_APOSTROPHES = "'’ʼ"
_WORD = rf"""
      \d+(?:[.,]\d+)+                 # 3.178 and 5,61 are one number each
    | [Rr][Pp](?=\d)                  # Rp1.500 is a currency and a number
    | [^\W_]+(?:[{_COMBINING}{_INVISIBLE}{_APOSTROPHES}]+[^\W_]+)*[{_COMBINING}]*   # Jum'at, Qur’an
"""
# Repeats are bounded, so that a long line of dots costs no more than a look ahead.
_ADDRESS = r"""
      (?:(?:https?|HTTPS?|Https?|ftp)://|(?:www|WWW|Www)\.(?=[A-Za-z0-9]))
      [A-Za-z0-9._~:/?\#@!$&*+,;=%-]{0,2000}[A-Za-z0-9]       # a URL, without the full stop or slash behind it
    | [A-Za-z0-9_][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}   # redaksi@contoh.co.id
    | (?<!\w)@(?!Rp\d)_{0,8}[^\W\d_](?:[\w.]{0,60}\w)?        # @jokowi, but not @Rp5.000
"""
# The same in plain ASCII; without signs that neither are in a word nor join any, and with straight apostrophes, most
# texts are plain.
_ASCII_WORD = r"\d+(?:[.,]\d+)+|[Rr][Pp](?=\d)|[^\W_]+(?:'+[^\W_]+)*"
_SIGNS = "“”‘–—…•\u00a0"
_CURLY, _STRAIGHT = "’", "'"
# The same again, written so that the search may skip to the next letter or digit. Most words begin with a letter that
# allows but one case.
_PLAIN_REST = r"[A-Za-z0-9]*+(?:'++[A-Za-z0-9]++)*+"
_PLAIN_WORD = rf"""
    [A-Za-z0-9]
    (?: (?<![0-9Rr]){_PLAIN_REST} | (?<=[0-9])[0-9]*(?:[.,][0-9]+)+ | (?<=[Rr])[Pp](?=[0-9]) | {_PLAIN_REST} )
"""
# Compiled when they are first used: few queries need them.
_REMOVED = f"[{_INVISIBLE}{_APOSTROPHES}]"
_ACCENTS = "[\u0300-\u036f]"
# Normalising sorts marks in the square of their number; no writing has so many (UAX #15, Stream-Safe Text Format).
_TOO_MANY_MARKS = f"(?<=[{_COMBINING}]{{30}})[{_COMBINING}]++"
# 2.500 is 2500, and 1.250,75 is 1250,75; a comma is the decimal one.
_THOUSANDS = r"\d{1,3}(?:\.\d{3})+(?:,\d+)?"
_SCHEME = r"(?i:(?:(?:https?|ftp)://)?(?:www\.)?(?=.))"


class Token(NamedTuple):
    """An occurrence: its half-open span of code points, and the form it is indexed by."""

    start: int
    end: int
    surface: str


def tokenize(text: str) -> Iterator[Token]:
    """Find the tokens of a text, in order."""
    for start, end in token_spans(text):
        yield Token(start, end, normalize(text[start:end]))


def raw_tokens(text: str) -> list[str]:
    """Find what `tokenize` finds, as written and without offsets: the indexer's fast path."""
    if may_have_address(text) and "\n" in text:  # no token goes on in another line, and few lines have an address
        return [token for line in text.split("\n") for token in raw_tokens(line)]
    pattern, plain = _fastest_for(text)
    if _CURLY in text:
        return [text[match.start() : match.end()] for match in pattern.finditer(plain)]
    return pattern.findall(plain)


def token_spans(text: str) -> list[tuple[int, int]]:
    """Find the spans of what `raw_tokens` finds."""
    pattern, plain = _fastest_for(text)
    return [match.span() for match in pattern.finditer(plain)]


def neighbouring_spans(text: str, first: int) -> list[tuple[int, int]]:
    """Find the spans of two neighbouring tokens, given the place of the first among what `raw_tokens` finds."""
    pattern, plain = _fastest_for(text)
    return [match.span() for match in islice(pattern.finditer(plain), first, first + 2)]


def may_have_address(text: str) -> bool:
    """Tell at little cost whether an address of any kind may stand in a text."""
    return "@" in text or may_have_url(text)


def in_plain_signs(text: str) -> str:
    """Put plain signs in the places of some that are not ASCII: tokens stay as they are, and where, but for addresses.

    Signs that neither are in a word nor join any become spaces, curly apostrophes straight ones.
    """
    if not text.isascii():
        for sign in _SIGNS:
            text = text.replace(sign, " ")
        text = text.replace(_CURLY, _STRAIGHT)
    return text


def _fastest_for(text: str) -> tuple[re.Pattern[str], str]:
    """Give the pattern that finds a text's tokens fastest, and in what: maybe with plainer signs in their places."""
    if may_have_address(text):
        return _address_or_token(), text
    plain = in_plain_signs(text)
    if not plain.isascii():
        return _token(), text
    return (_plain_token() if _much_text.reached(len(text)) else _ascii_token()), plain


class _Amount:
    """Counts characters up to an amount."""

    def __init__(self, wanted: int) -> None:
        self._missing = wanted

    def reached(self, more: int) -> bool:
        """Add some; tell whether the amount is reached."""
        self._missing -= more
        return self._missing <= 0


# The faster pattern takes a millisecond to compile, ten times as long as the plainest: a single search reads too little
# text to be worth it. Signs beyond Latin 1 in a set cost .15 ms each time.
_much_text = _Amount(100_000)


@cache
def _ascii_token() -> re.Pattern[str]:
    return re.compile(_ASCII_WORD)


@cache
def _plain_token() -> re.Pattern[str]:
    return re.compile(_PLAIN_WORD, re.VERBOSE)


@cache
def _token() -> re.Pattern[str]:
    return re.compile(_WORD, re.VERBOSE)


@cache
def _address_or_token() -> re.Pattern[str]:
    return re.compile(f"{_ADDRESS}|{_WORD}", re.VERBOSE)


def may_have_url(text: str) -> bool:
    """Tell at little cost whether a URL may stand in a text."""
    return "://" in text or "www." in text or "WWW." in text or "Www." in text


def url_words(token: str, start: int = 0) -> Iterator[Token]:
    """Find the words that a token as written is made of, if it is a URL; its scheme and `www.` left out.

    Args:
        token: a token as written.
        start: where it starts in its text.
    """
    scheme = re.match(_SCHEME, token)
    if scheme and scheme[0]:
        for match in (_ascii_token() if token.isascii() else _token()).finditer(token, scheme.end()):
            yield Token(start + match.start(), start + match.end(), normalize(match[0]))


def without_addresses(text: str) -> str:
    """Put a sign in the place of every address, so that only what tokens say is left."""
    if not may_have_address(text):
        return text
    for separator in "\n ":  # no token goes on behind one, and few lines, and words, have an address
        if separator in text:
            return separator.join(map(without_addresses, text.split(separator)))
    return _address_or_token().sub(lambda match: "|" if _is_address(match[0]) else match[0], text)


def _is_address(token: str) -> bool:
    scheme = re.match(_SCHEME, token)
    return "@" in token or bool(scheme and scheme[0])


def normalize(token: str) -> str:
    """Bring a token to the form it is indexed by: plain letters, no case, no accents, apostrophes or thousands' dots.

    A URL loses its scheme and `www.`. Never empty for anything that the tokenizer yields.
    """
    if token.isascii():
        surface = token.lower()
        if not surface.isalnum():
            surface = surface.replace("'", "")
            is_number = re.fullmatch(_THOUSANDS, surface)
            surface = surface.replace(".", "") if is_number else re.sub(_SCHEME, "", surface, count=1)
    else:
        import unicodedata

        bare = re.sub(_TOO_MANY_MARKS, "", re.sub(_REMOVED, "", token))
        folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", bare).casefold())
        surface = unicodedata.normalize("NFC", "".join(re.sub(_ACCENTS, "", folded).split()))
    return surface[:MAX_SURFACE_LENGTH] or token
