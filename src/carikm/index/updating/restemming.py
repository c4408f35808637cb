"""Stems decided on anew: of new words, of those that have become names, or are none any more, and of corrected ones.

A form's stem depends on how its base form is written all over the archive. So where a word's counts tip, all forms of
the index with that base form are looked up, and no others.
"""

from collections.abc import Collection, Mapping

from carikm.analysis.compounds import BOUND_MORPHEMES, parts_of
from carikm.analysis.names import is_name
from carikm.analysis.stems import base_form, stem
from carikm.index.reader import IndexReader
from carikm.index.stemming import Stems
from carikm.index.updating.vocabulary import VocabularyUpdate


def restem(
    index: IndexReader, vocabulary: VocabularyUpdate, corrected: Mapping[str, str], changed: Collection[str]
) -> None:
    """Decide on the stems of all surface forms that a change concerns, and put them under these.

    Args:
        index: the index.
        vocabulary: its words, counted anew.
        corrected: the stems that the user has corrected.
        changed: words of which that was otherwise before.
    """
    concerned = [word for word, root in corrected.items() if root in changed]
    for base in (*_flipped(vocabulary, corrected), *changed, *concerned):
        vocabulary.look_up(_with_base(index, base))

    def capitalised(name: str) -> int:
        found = vocabulary.surface_of(name)
        return 0 if found is None else found.capitalised

    def as_written(name: str) -> int:
        found = vocabulary.surface_of(name)
        return 0 if found is None else found.lower

    stems = Stems(corrected, capitalised, as_written)
    for surface in list(vocabulary.surfaces.values()):
        decided = stems.decided(surface.name)
        if surface.term is not None and decided == surface.decided and decided != "user":
            continue
        surface.decided = decided
        vocabulary.move(surface, stems.stem_of(surface.name, decided, stem))


def _flipped(vocabulary: VocabularyUpdate, corrected: Mapping[str, str]) -> list[str]:
    """Give the words that have become names, or are none any more, and those that the user says are forms of them."""
    found = []
    for surface in vocabulary.surfaces.values():
        before = (0, 0) if surface.before is None else (surface.before[-2], surface.before[-1])
        now = (surface.capitalised, surface.lower)
        if now != before and is_name(surface.name, *now) != is_name(surface.name, *before):
            found.append(surface.name)
            found += [word for word, root in corrected.items() if root == surface.name]
    return found


def _with_base(index: IndexReader, base: str) -> list[str]:
    """Give the surface forms of the index whose stem is that of a word; see `base_form`."""
    names = [base, f"@{base}"]
    beginnings = [f"{first} {second}" for first, second in parts_of(base)]
    beginnings += [f"{m} {base.removeprefix(m)}" for m in BOUND_MORPHEMES if base.startswith(m)]
    for beginning in dict.fromkeys(beginnings):
        key = beginning.encode()
        query = "SELECT surface FROM surfaces WHERE surface >= CAST(? AS TEXT) AND surface < CAST(? AS TEXT)"
        names += [name for (name,) in index.connection.execute(query, [key, key + b"\xff" * 8])]
    return [name for name in names if base_form(name) == base]
