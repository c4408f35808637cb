"""What an index has of an article is told from its stored texts as from its file."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from carikm.corpus.article import finish_article, read_draft
from carikm.corpus.files import SourceFile, Unreadable
from carikm.corpus.recurring import Learned, learnable
from carikm.index.copies import sketched_of
from carikm.index.rows import Origin, StoredArticle, StoredChunk
from carikm.index.updating.one_sketch import one_sketch
from carikm.index.updating.stored import StoredText, stored_sketch

_WORDS = ["Kabar Kota Kita", "pasar", "SoloÃ©", "\ufeffkata", "akhir.\u200b", "naik\ufeff", "\xad", "Baca Juga"]
_ENDS = ["\n", "\n", "\n\n", "\u200b\x0b\n", "\r"]
_LINES = st.tuples(
    st.lists(st.sampled_from(_WORDS), min_size=1, max_size=3), st.sampled_from([1, 30, 70, 100]), st.sampled_from(_ENDS)
)
_WORDLESS = st.tuples(st.sampled_from([["☰"], ["***"]]), st.just(1), st.sampled_from(_ENDS))


@settings(max_examples=300, deadline=None)
@given(st.lists(_LINES | _WORDLESS, min_size=1, max_size=6), st.integers(0, 3), st.integers(0, 3))
@example([(["pasar"], 180, "\n"), (["\ufeffkata"], 60, "\n\n"), (["pasar"], 60, "\n")], 0, 0)
def test_an_articles_sketch_follows_from_its_chunks(
    lines: list[tuple[list[str], int, str]], at_head: int, at_foot: int
) -> None:
    """Lines are long enough for paragraphs to be cut, within lines and between them; some margins were learned."""
    _sketches_are_equal("".join(" ".join(words * times) + end for words, times, end in lines), at_head, at_foot)


def test_a_sign_above_the_headline_is_no_line_of_the_article() -> None:
    """It is cut off by boilerplate, and is then no chunk."""
    reports = [
        f"Warga kampung {n} menanam jagung, lalu memanen {n * 7} karung dari ladang {n + 50}." for n in range(30)
    ]
    lines = ["☰", "Advertisement", "Pasar Lapak Gula", "", *reports, "Kabar pilihan hari ini"]
    _sketches_are_equal("\n".join(lines), at_head=0, at_foot=1)


def _sketches_are_equal(text: str, at_head: int, at_foot: int) -> None:
    """Hold the sketch of a stored article against that of its file, so many lines of whose margins were learned."""
    try:
        draft = read_draft(text.encode())
    except Unreadable:
        return
    may_be_learned = learnable(draft.keys)
    head = may_be_learned.intersection(draft.keys[:at_head])
    foot = may_be_learned.intersection(draft.keys[len(draft.keys) - at_foot :])
    learned = Learned(frozenset(head), frozenset(foot))
    article = finish_article(SourceFile("a.txt", 1, 1), draft, learned=learned)
    chunks = [
        StoredChunk(
            place,
            0,
            chunk.number,
            chunk.kind,
            chunk.line_start,
            chunk.line_end,
            chunk.byte_start,
            chunk.byte_end,
            chunk.text,
            chunk.repairs,
        )
        for place, chunk in enumerate(article.chunks)
    ]
    headline = article.metadata.headline
    origin = None if headline is None else Origin(headline.line, headline.how, headline.certainty)
    nothing_else = [None] * 8
    parts = range(0)
    stored = StoredArticle(0, "a", "a.txt", 1, 1, "", "utf-8", article.title, origin, *nothing_else, 0, 0, parts, parts)
    sketch = stored_sketch(StoredText(stored, chunks), draft.keys, learned, frozenset())
    assert sketch == one_sketch(*sketched_of(draft))
