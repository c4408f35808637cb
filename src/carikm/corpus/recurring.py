"""Which lines recur across the articles of one outlet as those of a page do, and are therefore boilerplate.

Lines of articles recur too: a paragraph that tells once more what the case is about, half a quotation whose name was
lost on the way, a sub-heading. So a line must do more than recur:

- it stands at an article's head or foot, with nothing but others of its kind outside of it, nearly everywhere it is;
- it stands beside ever other text, so that copies of one article count as one;
- it is a label, which no sentence is, at the foot of a few articles, or it is in half of the outlet's articles;
- if it is a sentence, it speaks of the site or to its reader: *Gempa ini tidak berpotensi tsunami* does not.

Where in doubt a line stays with its article. And it is boilerplate only where it stands so: the same words inside of
an article's text belong to the text.

What is compared is a line's key, a number of 63 bits: an archive is counted in 8 bytes a line, and an update need not
read again what the index has counted before.
"""

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import NamedTuple

from carikm.corpus.boilerplate import normal_line
from carikm.corpus.signs import has_odd_letters

# A label is learned from so many articles. In an archive of 38,876 all twelve found so were furniture; the first that
# one could doubt, a topic's name below football reports, came with four.
LABEL_ARTICLES = 6
# Anything else from so many, if they are this share of the outlet's: of 30,052 sets of articles by one outlet on one
# topic, drawn from the same archive, none taught a sentence of an article.
ARTICLES, SHARE = 10, 0.5
# In so many of its articles a line must stand at the head or the foot, and nowhere else.
AT_MARGIN = 0.9

# The last two bits of a key tell the line's form. Only a label can be learned from a few articles, a heading (a label
# with a colon at its end) only at the foot, where it heads nothing; what may be part of a sentence never.
FRAGMENT, LABEL, HEADING, SENTENCE = range(4)
_FORM = 0b11

# No page furniture is longer; and the patterns below look at no more than this.
_MAX_LENGTH = 500
_LABEL_LENGTH, _LABEL_WORDS = 80, 8
_HAS_WORD = re.compile(r"\w")
_LETTERS = re.compile(r"\w{3}")
_FRAGMENT_OPENING = re.compile(r"""["“”„‚‘’'.,;:?!…)\]]""")
_LABEL_OPENING = re.compile(r"[#@(\[_]")
_BRACKETED = re.compile(r"\([^()]*\)$|\[[^\[\]]*\]$")
_NO_LABEL_ENDING = re.compile(r"""[.!?…,;"“”’'–—-]$""")
# "Pelatih: …" is a line of the article, "Penulis: …" is not.
_FIELD = re.compile(r"[^:]{1,40}:\s*\S")
_BYLINE = re.compile(
    r"\W*(?:oleh|penulis|editor|reporter|redaksi|redaktur|wartawan|pewarta|kontributor|laporan|foto|sumber|by)\b",
    re.IGNORECASE,
)

# What a page says of itself, or to its reader. Other sentences may close many articles and yet belong to each: that an
# earthquake is no danger.
_OF_THE_SITE = re.compile(
    r"https?:|www\.|@\w|\w\.(?:com|co\.id|id|net|org|tv|news|info)\b|\b(?:anda|kamu|kalian|pembaca|klik|ikuti|unduh|download"
    r"|follow|subscribe|langganan|berlangganan|newsletter|redaksi|portal|situs|whatsapp|telegram|google news)\b",
    re.IGNORECASE,
)
# What such a sentence has in it, in lower case and as bytes: far cheaper to look for, since each look begins with a
# letter that is none, or with a full stop. Bytes beyond ASCII are of letters and of signs.
_WORD_OF_THE_SITE = re.compile(
    rb"[^a-z0-9_](?:anda|kamu|kalian|pembaca|klik|ikuti|unduh|download|follow|subscribe|langganan|berlangganan"
    rb"|newsletter|redaksi|portal|situs|whatsapp|telegram|google news)(?![a-z0-9_])"
)
_DOMAIN_OF_THE_SITE = re.compile(rb"\.(?:com|co\.id|id|net|org|tv|news|info)(?![a-z0-9_])")
_ADDRESSES_OF_THE_SITE = (b"http", b"www.", b"@")
_NAME_LIKE = re.compile(r"[A-Z][a-z'’]+(?: [A-Z][a-z'’.]+){1,3}")

Keys = Sequence[int]


class Learned(NamedTuple):
    """The keys that are boilerplate at the head of an outlet's articles, and at their foot."""

    head: frozenset[int]
    foot: frozenset[int]


NOTHING_LEARNED = Learned(frozenset(), frozenset())


def line_keys(lines: Sequence[str], *, never: frozenset[str] = frozenset()) -> "array[int]":
    """Give the keys of an article's lines, in order; a line without a word has none.

    Args:
        lines: the article's lines that no rule takes for boilerplate, stripped.
        never: lines, as `normal_line` gives them, that are not to be learned.
    """
    own = [line for line in lines if has_key(line)]
    of_the_site = _may_be_of_the_site("\n".join(line for line in own if len(line) <= _MAX_LENGTH))
    return array("q", [_key(line, never, of_the_site) for line in own])


def has_key(line: str) -> bool:
    """Tell whether a line has a key: whether there is a word in it."""
    return _HAS_WORD.search(line) is not None


def _key(line: str, never: frozenset[str], of_the_site: bool) -> int:
    if len(line) > _MAX_LENGTH:
        form = FRAGMENT
    else:
        form = _form(line, of_the_site)
        line = normal_line(line)
        if line in never:
            form = FRAGMENT
    digest = blake2b(line.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1 & ~_FORM | form


def _form(line: str, of_the_site: bool) -> int:
    """Tell a line's form; `of_the_site` is False if no line of the article speaks of the site or to its reader."""
    if _FRAGMENT_OPENING.match(line) or not _LETTERS.search(line):
        return FRAGMENT
    if _is_sentence(line):
        return SENTENCE if of_the_site and _is_of_the_site(line) else FRAGMENT
    if _BRACKETED.match(line):
        return LABEL
    if _NAME_LIKE.fullmatch(line):  # Budi Santoso, in a list of winners
        return SENTENCE
    return HEADING if line.endswith(":") else LABEL


def _is_of_the_site(line: str) -> bool:
    return _may_be_of_the_site(line) and _OF_THE_SITE.search(line) is not None


def _may_be_of_the_site(text: str) -> bool:
    """Tell at little cost whether a text, or a line of it, may speak of the site."""
    raw = f"\n{text}".lower().encode("utf-8", "surrogatepass")
    return (
        any(address in raw for address in _ADDRESSES_OF_THE_SITE)
        or _WORD_OF_THE_SITE.search(raw) is not None
        or _DOMAIN_OF_THE_SITE.search(raw) is not None
        or has_odd_letters(text)
    )


def _is_sentence(line: str) -> bool:
    if len(line) > _LABEL_LENGTH or len(line.split()) > _LABEL_WORDS:
        return True
    if not (line[0].isupper() or _LABEL_OPENING.match(line)):
        return True
    if _BRACKETED.match(line):
        return False
    return _NO_LABEL_ENDING.search(line) is not None or (_FIELD.match(line) is not None and _BYLINE.match(line) is None)


def learn(articles: Sequence[Keys]) -> Learned:
    """Find the lines that recur at the head or the foot of an outlet's articles, given the keys of each."""
    recurring = _recurring(articles)
    if not recurring:
        return NOTHING_LEARNED
    counts = Counter(key for keys in articles for key in recurring.intersection(keys))
    common = {key for key, count in counts.items() if count >= max(ARTICLES, SHARE * len(articles))}
    labels = {key for key, count in counts.items() if key & _FORM != SENTENCE and count >= LABEL_ARTICLES}
    learned = Learned(frozenset(key for key in common if key & _FORM != HEADING), frozenset(common | labels))
    # What is taken away may uncover what stood further in: go on until nothing changes.
    while True:
        kept = _at_margins(articles, counts, common, learned)
        if kept == learned:
            return learned
        learned = kept


def _recurring(articles: Sequence[Keys]) -> set[int]:
    """Narrow the lines down to those that can be learned at all, without a table of them all."""
    if len(articles) < LABEL_ARTICLES:
        return set()
    import numpy as np

    keys, counts = np.unique(np.concatenate([np.asarray(keys, np.int64) for keys in articles]), return_counts=True)
    found: list[int] = keys[(counts >= LABEL_ARTICLES) & (keys & _FORM != FRAGMENT)].tolist()
    return set(found)


def _at_margins(articles: Iterable[Keys], counts: Counter[int], common: set[int], learned: Learned) -> Learned:
    """Keep what stands at the margins nearly always, and beside ever other text."""
    at_margin: Counter[int] = Counter()
    beside: defaultdict[int, set[int]] = defaultdict(set)
    for keys in articles:
        start, end = body_of(keys, learned)
        outside = {*keys[:start], *keys[end:]}.difference(keys[start:end])
        at_margin.update(outside)
        for key in outside.intersection(keys[:start]):
            beside[key].add(keys[start])
        for key in outside.intersection(keys[end:]):
            beside[key].add(keys[end - 1])
    kept = {
        key
        for key, count in at_margin.items()
        if count >= AT_MARGIN * counts[key]
        and len(beside[key]) >= (ARTICLES if key & _FORM == SENTENCE else LABEL_ARTICLES)
    }
    return Learned(learned.head & kept & common, learned.foot & kept)


def body_of(keys: Keys, learned: Learned) -> tuple[int, int]:
    """Tell which of an article's lines lie between the boilerplate at its head and that at its foot (half-open).

    An article keeps all its lines if it would lose the only one, or more sentences than it would keep lines: then it
    is the text that recurs, under ever other headlines.
    """
    start, end = 0, len(keys)
    while start < end and keys[start] in learned.head:
        start += 1
    while end > start and keys[end - 1] in learned.foot:
        end -= 1
    sentences = sum(key & _FORM == SENTENCE for key in (*keys[:start], *keys[end:]))
    return (start, end) if end - start >= max(1, sentences) else (0, len(keys))
