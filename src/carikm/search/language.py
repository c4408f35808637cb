"""From a syntax tree to a query: the words to score, and the conditions that a hit must meet."""

from collections.abc import Callable, Iterable, Sequence

from carikm.analysis.compounds import is_compound
from carikm.analysis.tokens import normalize, tokenize
from carikm.index.corrections import Corrections
from carikm.search import syntax
from carikm.search.any_words import any_word
from carikm.search.conditions import (
    AllOf,
    AnyOf,
    AtPath,
    Condition,
    FromOutlet,
    Holds,
    HoldsPhrase,
    HoldsReading,
    InPeriod,
    InTitle,
    NoneOf,
)
from carikm.search.neighbours import expand_rare
from carikm.search.period import date_range
from carikm.search.plain_words import read_plain, read_words
from carikm.search.query import Query
from carikm.search.query_parts import ANY_DAY, Expansion, Word
from carikm.search.query_tree import (
    All,
    Either,
    Filter,
    Fuzzy,
    Group,
    Leaf,
    Node,
    Not,
    Phrase,
    Title,
    Wildcard,
    Words,
    str_of,
)
from carikm.search.signs import ANY, DATE, SOURCE
from carikm.search.store import SearchStore


def read_language(
    store: SearchStore, text: str, corrections: Corrections | None, *, all_words: bool, literal: bool
) -> Query:
    """Read a query in the query language; see `carikm.search.reading.read_query`.

    Args:
        store: knows the words.
        text: the query.
        corrections: the user's, for expansions; None for no expansions.
        all_words: whether a hit must hold all plain words that stand together, and not any.
        literal: whether the query is plain words, whatever it looks like.
    """
    tree, notes = (None, []) if literal else syntax.parse(text)
    if tree is None and not all_words:
        return read_plain(store, text, corrections, notes)
    reading = _Reading(store, corrections, all_words)
    condition = reading.whole(tree if tree is not None else Words(text))
    return Query(
        text,
        list({(word.surface, word.is_exact): word for word in reading.words}.values()),
        list({expansion.reading: expansion for expansion in reading.expansions}.values()),
        list(dict.fromkeys(reading.phrases)),
        condition,
        str_of(tree) if tree is not None else None,
        notes,
    )


class _Reading:
    """Reads one tree; gathers on the way what is to be scored: whatever stands in no part that must not match."""

    def __init__(self, store: SearchStore, corrections: Corrections | None, all_words: bool) -> None:
        self._store = store
        self._corrections = corrections
        self._all_words = all_words
        self._is_negated = False
        self.words: list[Word] = []
        self.expansions: list[Expansion] = []
        self.phrases: list[HoldsPhrase] = []

    def whole(self, node: Node) -> Condition:
        """Read a query; of a word such as anti-korupsi that is all of it, any part will do, as of plain words."""
        return self._words(node.text, all_words=self._all_words) if isinstance(node, Words) else self.condition(node)

    def condition(self, node: Node) -> Condition:
        """Read a part that must match by itself: all of a word such as anti-korupsi, any of several words."""
        match node:
            case Group():
                return self._group(node)
            case All(parts):
                return AllOf([self.condition(part) for part in parts])
            case Either(parts):
                return AnyOf([self.condition(part) for part in parts])
            case Not(part):
                return NoneOf([self._negated(part)])
            case Title(leaf):
                return self._in_title(leaf)
            case Filter(name, text):
                return _filter(name, text)
            case Words(text):
                return self._words(text, all_words=self._all_words or len(text.split()) == 1)
            case _:
                return self._form(node)

    def _group(self, group: Group) -> Condition:
        """Read neighbours. What is asked of the article must always be met; several values of one field are choices."""
        filters: dict[str, list[Condition]] = {}
        met: list[Condition] = []
        plain: list[Condition] = []
        for part in group.parts:
            if isinstance(part, Filter):
                filters.setdefault(part.name, []).append(self.condition(part))
            elif _is_of_articles(part):
                met.append(self.condition(part))
            elif isinstance(part, Words):
                asked = self._words(part.text, all_words=self._all_words)
                if len(group.parts) == 1 or not self._says_nothing(part.text):
                    plain.append(asked)
            else:
                plain.append(self.condition(part))
        met += [_one(AnyOf, choices) for choices in filters.values()]
        met += [self.condition(part) for part in group.required]
        if self._all_words:
            met += plain
        elif plain and not group.required:
            met.append(_one(AnyOf, plain))
        excluded = [self._negated(part) for part in group.prohibited]
        return _one(AllOf, [*met, NoneOf(excluded)] if excluded else met)

    def _says_nothing(self, text: str) -> bool:
        """Tell whether all words of a text are stop words: beside anything else, they make no chunk a hit."""
        words, _ = read_words(self._store, text, None)
        return all(word.is_stop for word in words)

    def _negated(self, part: Node) -> Condition:
        before, self._is_negated = self._is_negated, True
        try:
            return self.condition(part)
        finally:
            self._is_negated = before

    def _words(self, text: str, *, all_words: bool) -> Condition:
        """Read plain words; where all are wanted, a compound may be joined, and stop words need not be there."""
        corrections = None if self._is_negated else self._corrections
        words, expansions = read_words(self._store, text, corrections)
        if not all_words and corrections is not None:
            expansions = [*expansions, *expand_rare(self._store, words)]
        if not self._is_negated:
            self.words += words
            self.expansions += expansions
        if not all_words:
            return any_word(text, words, expansions)
        wanted = [word for word in words if not word.is_stop] or words
        compounds = [word for word in words if is_compound(word.surface)]
        return _one(
            AllOf,
            [
                _one(AnyOf, [Holds(word), *_instead_of(word, compounds, expansions)])
                for word in wanted
                if word not in compounds
            ],
        )

    def _form(self, leaf: Leaf) -> "Holds | HoldsPhrase":
        """Read what is to match in its own form, or in those like it."""
        match leaf:
            case Wildcard(text):
                pattern = "*".join(normalize(piece) if piece else "" for piece in text.split("*"))
                return self._exact(pattern, self._store.forms_like(pattern))
            case Fuzzy(text, distance):
                surface = normalize(text)
                return self._exact(surface, self._store.forms_near(surface, distance))
        surfaces = tuple(token.surface for token in tokenize(leaf.text))
        if len(surfaces) == 1:
            return self._exact(surfaces[0], surfaces)
        words = [self._store.look_up_forms(surface, [surface]) for surface in dict.fromkeys(surfaces)]
        phrase = HoldsPhrase(surfaces, tuple(words), leaf.slop if isinstance(leaf, Phrase) else None)
        if not self._is_negated:
            self.phrases.append(phrase)
        return phrase

    def _exact(self, surface: str, forms: Iterable[str]) -> Holds:
        word = self._store.look_up_forms(surface, frozenset(forms))
        if not self._is_negated:
            self.words.append(word)
        return Holds(word)

    def _in_title(self, leaf: Leaf) -> Condition:
        if not isinstance(leaf, Words):
            return InTitle(self._form(leaf))
        condition = self._words(leaf.text, all_words=self._all_words or len(leaf.text.split()) == 1)
        return _in_title(condition)


def _is_of_articles(node: Node) -> bool:
    """Tell whether a part asks of articles alone, as `sumber:(solopos OR antara)` does."""
    match node:
        case Title() | Filter():
            return True
        case Group(parts, required, prohibited):
            return all(map(_is_of_articles, (*parts, *required, *prohibited)))
        case All(parts) | Either(parts):
            return all(map(_is_of_articles, parts))
        case Not(part):
            return _is_of_articles(part)
        case _:
            return False


def _in_title(condition: Condition) -> Condition:
    """Ask of the title what a condition asks of a chunk; other forms of acronyms are not looked for there."""
    match condition:
        case Holds():
            return InTitle(condition)
        case AllOf(parts):
            return AllOf([_in_title(part) for part in parts])
        case AnyOf(parts):
            return AnyOf([_in_title(part) for part in parts if not isinstance(part, HoldsReading)])
    return condition


def _instead_of(word: Word, compounds: Sequence[Word], expansions: Sequence[Expansion]) -> list[Condition]:
    """Give what may stand for a word: a compound that it is part of, or an expansion of a phrase that it is in."""
    return [
        *(Holds(compound) for compound in compounds if word.surface in compound.surface.split(" ")),
        *(HoldsReading(expansion) for expansion in expansions if word.surface in expansion.phrase.split()),
    ]


def _filter(name: str, text: str) -> Condition:
    if name == DATE:
        period = ANY_DAY if text == ANY else date_range(text)
        assert period is not None, "the syntax lets only dates through"
        return InPeriod(period)
    return FromOutlet(text) if name == SOURCE else AtPath(text)


def _one(kind: "Callable[[Sequence[Condition]], Condition]", parts: Sequence[Condition]) -> Condition:
    """Combine parts; one alone is itself."""
    return parts[0] if len(parts) == 1 else kind(parts)
