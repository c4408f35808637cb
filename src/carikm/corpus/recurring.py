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

import json
import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple

from carikm.corpus.boilerplate import normal_line
from carikm.corpus.lines import HAS_WORD
from carikm.corpus.signs import has_odd_letters

# A label is learned from so many articles. In an archive of 38,876 all twelve found so were furniture; the first that
# one could doubt, a topic's name below football reports, came with four.
RECURRING = LABEL_ARTICLES = 6
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
_LETTERS = re.compile(r"\w{3}")
_FRAGMENT_OPENINGS = frozenset("""\"“”„‚‘’'.,;:?!…)]""")
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
    own = list(filter(HAS_WORD.search, lines))
    of_the_site = _may_be_of_the_site("\n".join(line for line in own if len(line) <= _MAX_LENGTH))
    return array("q", [_key(line, never, of_the_site) for line in own])


def has_key(line: str) -> bool:
    """Tell whether a line has a key: whether there is a word in it."""
    return HAS_WORD.search(line) is not None


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
    if line[0] in _FRAGMENT_OPENINGS or not _LETTERS.search(line):
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
    # Of bytes, `lower` changes no letters but those of ASCII, and no others become such but the odd ones.
    raw = f"\n{text}".encode("utf-8", "surrogatepass").lower()
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


def learnable(keys: Iterable[int]) -> set[int]:
    """Pick from the keys of an article's lines those that can be learned at all."""
    return {key for key in keys if key & _FORM != FRAGMENT}


def learn(articles: Sequence[Keys]) -> "Margins":
    """Find the lines that recur at the head or the foot of an outlet's articles, given the keys of each."""
    recurring = _recurring(articles)
    counts = Counter(key for keys in articles for key in recurring.intersection(keys)) if recurring else {}
    return learn_among(articles, {key: counts[key] for key in counts if counts[key] >= RECURRING}, len(articles))


def _recurring(articles: Sequence[Keys]) -> set[int]:
    """Narrow the lines down to those that can be learned at all, without a table of them all."""
    if len(articles) < LABEL_ARTICLES:
        return set()
    import numpy as np

    keys, counts = np.unique(np.concatenate([np.asarray(keys, np.int64) for keys in articles]), return_counts=True)
    found: list[int] = keys[(counts >= LABEL_ARTICLES) & (keys & _FORM != FRAGMENT)].tolist()
    return set(found)


class Margin(NamedTuple):
    """In how many articles a key is boilerplate, and beside how many other lines, from `least` to `most`."""

    articles: int
    least: int
    most: int


class Margins(NamedTuple):
    """What was learned, and on what grounds.

    `counts` has in how many articles each recurring key is; `rounds` what each round of learning took for
    boilerplate, and where it found its keys.
    """

    learned: Learned
    counts: Mapping[int, int]
    rounds: Sequence[tuple[Learned, Mapping[int, Margin]]]

    def packed(self) -> str:
        """Write this down as JSON, empty where no key recurs."""
        if not self.counts:
            return ""
        rounds = [
            [sorted(learned.head), sorted(learned.foot), [[key, *margin] for key, margin in margins.items()]]
            for learned, margins in self.rounds
        ]
        learned = [sorted(self.learned.head), sorted(self.learned.foot)]
        return json.dumps([learned, list(self.counts.items()), rounds], separators=(",", ":"))


NO_MARGINS = Margins(NOTHING_LEARNED, {}, [(NOTHING_LEARNED, {})])


def unpack_margins(packed: str) -> Margins:
    """Read what `Margins.packed` wrote.

    Raises:
        ValueError: that is nothing it wrote.
    """
    if not packed:
        return NO_MARGINS
    try:
        learned, counts, rounds = json.loads(packed)
        return Margins(
            _learned(*learned),
            {int(key): int(count) for key, count in counts},
            [
                (_learned(head, foot), {int(key): Margin(*map(int, margin)) for key, *margin in margins})
                for head, foot, margins in rounds
            ],
        )
    except (TypeError, RecursionError) as error:
        raise ValueError("margins of no known form") from error


def _learned(head: Iterable[int], foot: Iterable[int]) -> Learned:
    return Learned(frozenset(map(int, head)), frozenset(map(int, foot)))


def candidates(counts: Mapping[int, int], number: int) -> Learned:
    """Give the keys that are common enough among so many articles, wherever in them they are."""
    common = {key for key, count in counts.items() if count >= max(ARTICLES, SHARE * number)}
    labels = {key for key, count in counts.items() if key & _FORM != SENTENCE and count >= LABEL_ARTICLES}
    return Learned(frozenset(key for key in common if key & _FORM != HEADING), frozenset(common | labels))


def learn_among(articles: Sequence[Keys], counts: Mapping[int, int], number: int) -> Margins:
    """Learn from some of an outlet's articles: an article without any of its `candidates` has no say.

    Args:
        articles: the keys of all articles that have one.
        counts: in how many articles each recurring key is.
        number: how many articles there are in all.
    """
    learned = candidates(counts, number)
    rounds: list[tuple[Learned, Mapping[int, Margin]]] = []
    if not learned.foot:
        return Margins(learned, counts, [(learned, {})])
    # What is taken away may uncover what stood further in: go on until nothing changes.
    while True:
        margins = _margins(articles, learned)
        rounds.append((learned, margins))
        kept = frozenset(key for key, margin in margins.items() if _is_kept(key, counts[key], margin))
        learned = Learned(learned.head & kept, learned.foot & kept)
        if learned == rounds[-1][0]:
            return Margins(learned, counts, rounds)


def _margins(articles: Iterable[Keys], learned: Learned) -> dict[int, Margin]:
    """Find where boilerplate stands."""
    at_margin: Counter[int] = Counter()
    beside: defaultdict[int, set[int]] = defaultdict(set)
    for keys in articles:
        for key, neighbours in at_margins_of(keys, learned).items():
            at_margin[key] += 1
            beside[key] |= neighbours
    return {key: Margin(count, len(beside[key]), len(beside[key])) for key, count in at_margin.items()}


def at_margins_of(keys: Keys, learned: Learned) -> dict[int, set[int]]:
    """Give the keys of an article that are boilerplate in it and nothing else, with the lines of its body beside them.

    Those are the body's first line for what stands at the head, and its last for what stands at the foot.
    """
    start, end = body_of(keys, learned)
    if end - start == len(keys):
        return {}
    inside = set(keys[start:end])
    found: dict[int, set[int]] = {}
    for key in keys[:start]:
        if key not in inside:
            found.setdefault(key, set()).add(keys[start])
    for key in keys[end:]:
        if key not in inside:
            found.setdefault(key, set()).add(keys[end - 1])
    return found


def _is_kept(key: int, count: int, margin: Margin) -> bool | None:
    """Tell whether a key stands at the margins nearly always, and beside ever other text; None where that is open."""
    least = ARTICLES if key & _FORM == SENTENCE else LABEL_ARTICLES
    if not margin.articles or margin.articles < AT_MARGIN * count or margin.most < least:
        return False
    return True if margin.least >= least else None


def learned_still(
    before: Margins, numbers: tuple[int, int], counts: Mapping[int, int], removed: Sequence[Keys], added: Sequence[Keys]
) -> Margins | None:
    """Tell that after a change the same is learned, and on what grounds; None where that is not certain without more.

    What is learned follows from `candidates`, and from what each round finds at margins. How often a key stands
    there is counted on exactly; beside how many lines can be told to within the number of articles that have changed.
    Where all decisions stay as they were, so does what they lead to.

    Args:
        before: what was learned.
        numbers: how many articles there were, and how many there are.
        counts: in how many articles each recurring key is now.
        removed: the keys of articles that have left.
        added: those of articles that have come.
    """
    if candidates(before.counts, numbers[0]) != candidates(counts, numbers[1]):
        return None
    touched = {key for keys in (*removed, *added) for key in keys}
    rounds = []
    outcomes = [learned for learned, _ in before.rounds[1:]] + [before.learned]
    for (learned, margins), outcome in zip(before.rounds, outcomes, strict=True):
        found = dict(margins)
        for articles, sign in ((removed, -1), (added, 1)):
            for keys in articles:
                for key, neighbours in at_margins_of(keys, learned).items():
                    margin = found.get(key, Margin(0, 0, 0))
                    least, most = (
                        (margin.least - len(neighbours), margin.most)
                        if sign < 0
                        else (max(margin.least, 1), margin.most + len(neighbours))
                    )
                    found[key] = Margin(margin.articles + sign, max(least, 0), most)
        for key in touched & learned.foot:
            if _is_kept(key, counts[key], found.get(key, Margin(0, 0, 0))) is not (key in outcome.foot):
                return None
        rounds.append((learned, found))
    return Margins(before.learned, counts, rounds)


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
