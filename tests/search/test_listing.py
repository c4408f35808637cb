"""Lists: their order, how many chunks of an article they have, what stands for its copies, and their pages."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from carikm.search.listing import ArticleFacts, count_facets, list_chunks
from carikm.search.store import Scope

CHUNKS_EACH = 4
ARTICLES = 6
SCORES = st.dictionaries(st.integers(0, ARTICLES * CHUNKS_EACH - 1), st.integers(1, 5).map(float), min_size=1)
GROUPS = st.lists(st.integers(0, ARTICLES - 1), min_size=ARTICLES, max_size=ARTICLES).map(
    lambda groups: [min(i for i, other in enumerate(groups) if other == group) for group in groups]
)
DAYS = st.lists(st.sampled_from([0, 2019_01_01, 2020_01_01]), min_size=ARTICLES, max_size=ARTICLES)
SCOPE = st.builds(
    Scope,
    limit=st.integers(1, 5),
    per_article=st.sampled_from([None, 1, 2]),
    duplicates=st.booleans(),
    by_article=st.booleans(),
    sort=st.sampled_from(["score", "newest", "oldest"]),
)


def _article(chunk: int) -> int:
    return chunk // CHUNKS_EACH


def _facts(groups: list[int], days: list[int]) -> ArticleFacts:
    return ArticleFacts(_article, range(ARTICLES), lambda chunk: chunk, groups, days)


@given(SCORES, GROUPS, DAYS, SCOPE)
def test_pages_put_together_are_the_list(
    scores: dict[int, float], groups: list[int], days: list[int], scope: Scope
) -> None:
    facts = _facts(groups, days)
    whole = list_chunks(scores, scope._replace(limit=1000), facts)
    assert len(whole.page) == whole.listed
    pages = [
        listed
        for offset in range(0, whole.listed, scope.limit)
        for listed in list_chunks(scores, scope._replace(offset=offset), facts).page
    ]
    assert pages == list(whole.page)


@given(SCORES, GROUPS, DAYS, SCOPE)
def test_nothing_is_lost_without_being_counted(
    scores: dict[int, float], groups: list[int], days: list[int], scope: Scope
) -> None:
    whole = list_chunks(scores, scope._replace(limit=1000), _facts(groups, days))
    listed = Counter(_article(hit.chunk) for hit in whole.page)
    most = 1 if scope.by_article else scope.per_article
    assert most is None or max(listed.values()) <= most
    matching = Counter(map(_article, scores))
    copies = {copy for hit in whole.page for copy in hit.copies}
    assert listed.keys() | copies == matching.keys()
    assert not listed.keys() & copies
    assert all(any(groups[copy] == groups[article] for article in listed) for copy in copies)
    if not scope.by_article:
        more = Counter({_article(hit.chunk): hit.more for hit in whole.page if hit.more})
        assert listed + more == Counter({article: matching[article] for article in listed})
    if scope.duplicates:
        assert not copies
        assert whole.total == (len(matching) if scope.by_article else len(scores))


@given(SCORES, GROUPS, DAYS, SCOPE)
def test_the_order_is_what_was_asked_for(
    scores: dict[int, float], groups: list[int], days: list[int], scope: Scope
) -> None:
    page = list_chunks(scores, scope._replace(limit=1000), _facts(groups, days)).page
    if scope.sort == "score":
        assert [hit.score for hit in page] == sorted((hit.score for hit in page), reverse=True)
    else:
        shown = [days[_article(hit.chunk)] for hit in page]
        dated = [day for day in shown if day]
        assert dated == sorted(dated, reverse=scope.sort == "newest")
        assert shown == dated + [0] * (len(shown) - len(dated))


@given(st.lists(st.integers(0, 2)), st.lists(st.integers(0, 2), min_size=3, max_size=3))
def test_facets_count_every_hit_once(articles: list[int], outlets: list[int]) -> None:
    facets = count_facets(articles, outlets, ["Antara", "Tempo"], [0, 2019_05_05, 2020_01_01])
    assert sum(facets.outlets.values()) == sum(facets.years.values()) == len(articles)
    assert facets.years.get("2019", 0) == articles.count(1)
    assert facets.outlets.get("", 0) == sum(outlets[article] == 0 for article in articles)
