"""What an index has of an article is told from its stored texts as from its file."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from carikm.corpus.article import finish_article, read_draft
from carikm.corpus.files import SourceFile, Unreadable
from carikm.corpus.recurring import NOTHING_LEARNED
from carikm.index.copies import sketched_of
from carikm.index.rows import Origin, StoredArticle, StoredChunk
from carikm.index.updating.one_sketch import one_sketch
from carikm.index.updating.stored import StoredText, stored_sketch

_WORDS = ["pasar", "SoloÃ©", "\ufeffkata", "akhir.\u200b", "naik\ufeff", "\xad", "Baca Juga"]
_ENDS = ["\n", "\n", "\n\n", "\u200b\x0b\n", "\r"]
_LINES = st.tuples(
    st.lists(st.sampled_from(_WORDS), min_size=1, max_size=3), st.sampled_from([1, 30, 70, 100]), st.sampled_from(_ENDS)
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_LINES, min_size=1, max_size=6))
@example([(["pasar"], 180, "\n"), (["\ufeffkata"], 60, "\n\n"), (["pasar"], 60, "\n")])
def test_an_articles_sketch_follows_from_its_chunks(lines: list[tuple[list[str], int, str]]) -> None:
    """Lines are long enough for paragraphs to be cut, within lines and between them."""
    text = "".join(" ".join(words * times) + end for words, times, end in lines)
    try:
        draft = read_draft(text.encode())
    except Unreadable:
        return
    article = finish_article(SourceFile("a.txt", 1, 1), draft, learned=NOTHING_LEARNED)
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
    sketch = stored_sketch(StoredText(stored, chunks), draft.keys, NOTHING_LEARNED, frozenset())
    assert sketch == one_sketch(*sketched_of(draft))
