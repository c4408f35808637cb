"""What a query's words weigh and where each occurs: from words as a store knows them to sources with weights."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from carikm.search.query import Query
from carikm.search.query_parts import Expansion, Word
from carikm.search.score import WeighedExpansion, WeighedWord
from carikm.search.sources import Source, forms_source, stem_source
from carikm.search.spread import SpreadMemory

if TYPE_CHECKING:
    from carikm.index.reader import IndexReader
    from carikm.search.conditions import HoldsPhrase


class Weighing:
    """The words, phrases and expansions of one query, each looked up once.

    `expansions` are those all of whose words the index has.
    """

    def __init__(
        self, index: "IndexReader", query: Query, parts: Sequence[range], memory: SpreadMemory | None = None
    ) -> None:
        """Take a query; phrases are looked for in some ranges of chunks."""
        self._index = index
        self._query = query
        self._parts = parts
        self._memory = memory
        self.expansions = [
            expansion for expansion in query.expansions if all(word.key is not None for word in expansion.words)
        ]
        self._sources: dict[object, Source] = {}

    def weighed(self) -> tuple[list[WeighedWord], list[WeighedExpansion]]:
        """Weigh the words that are scored, and the expansions: each as what it stands in for would."""
        words = self.words()
        known = [word for word in words if word.key is not None]
        places = {word.surface: place for place, word in enumerate(known)}
        weighed = [self._weigh(word) for word in known]
        expansions = [self._weigh_expansion(expansion, words, known, places) for expansion in self.expansions]
        for phrase in self._query.phrases:
            idf = sum(word.weight for word in phrase.words)
            weighed.append(WeighedWord(self.source(phrase), idf, idf))
        return weighed, expansions

    def words(self) -> list[Word]:
        """Give the words that are scored, those of phrases among them."""
        return [*self._query.weighing, *_words_of_phrases(self._query)]

    @property
    def forms(self) -> int:
        """How many forms the words and patterns have that match in just these forms."""
        return sum(len(word.forms) for word in self.words() if word.is_exact)

    def _weigh(self, word: Word) -> WeighedWord:
        if word.is_exact:
            weight = word.weight * word.boost
            return WeighedWord(self.source(word), weight, weight)
        return WeighedWord(self.source(word), word.weight * word.boost, word.own_weight * word.boost)

    def source(self, what: "Word | HoldsPhrase") -> Source:
        """Give where a word or a phrase occurs, each looked up once."""
        found = self._sources.get(what)
        if found is None:
            found = self._sources[what] = self._looked_up(what)
        return found

    def _looked_up(self, what: "Word | HoldsPhrase") -> Source:
        if not isinstance(what, Word):
            from carikm.search.phrase_source import phrase_source

            words = [self.source(word) for word in what.words]
            parts = self._parts
            return phrase_source(self._index, words, what.surfaces, what.slop, parts)
        if what.is_exact or what.key is None:
            return forms_source(self._index, what.forms)
        return stem_source(self._index, what.key, what.surface, self._memory)

    def _weigh_expansion(
        self, expansion: Expansion, words: Sequence[Word], known: Sequence[Word], places: Mapping[str, int]
    ) -> WeighedExpansion:
        """Let an expansion weigh as what it stands in for; where the index lacks that, as its own rarest word."""
        own = [word for word in words if word.surface in expansion.phrase.split()]
        if own and all(word.surface in places for word in own):
            instead_of = [places[word.surface] for word in own]
            weight = sum(known[place].weight * known[place].boost for place in instead_of)
        else:
            boost = max((word.boost for word in own), default=1.0)
            instead_of, weight = [], boost * max(word.weight for word in expansion.words)
        weighed = [self._weigh(word) for word in expansion.words]
        return WeighedExpansion(weighed, expansion.weight * weight, instead_of, expansion.is_exact)


def _words_of_phrases(query: Query) -> list[Word]:
    """Give the words of phrases that are to be scored by themselves too: those that the query has not anyway."""
    own = {word.surface for word in query.words}
    words = {word.surface: word for phrase in query.phrases for word in phrase.words if word.surface not in own}
    return [word for word in words.values() if not word.is_stop] or list(words.values())
