"""The library: the two journeys, and the few questions beside them.

    build_index      file → article → chunks → tokens → terms → postings → index
    find             query → terms → scored chunks → hits → snippets
    find_all         the same for many queries, one after the other
    rank_all         query → terms → scored chunks → articles, for many queries
    verify_citations hits → files → whether they still say so

Every function takes the corpus folder and the index folder by name; left out, they are found as the command
line finds them (see `carikm.index.location`). All errors are `carikm.errors.CarikmError`s. Beside those that a function
names, each that opens an index may raise ChecksumsMissing, and each that may have to build one WorkerLost.

Each name is loaded from its module when it is first used: a search pays for nothing but itself.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from carikm.api.articles import ArticleList as ArticleList
    from carikm.api.articles import ArticleText as ArticleText
    from carikm.api.articles import SimilarResult as SimilarResult
    from carikm.api.articles import find_similar as find_similar
    from carikm.api.articles import list_articles as list_articles
    from carikm.api.articles import list_ids as list_ids
    from carikm.api.articles import read_article as read_article
    from carikm.api.articles import read_source as read_source
    from carikm.api.building import build_index as build_index
    from carikm.api.checking import check_index as check_index
    from carikm.api.coverage import Coverage as Coverage
    from carikm.api.opening import locate_index as locate_index
    from carikm.api.overview import Status as Status
    from carikm.api.overview import analyze_words as analyze_words
    from carikm.api.overview import list_acronyms as list_acronyms
    from carikm.api.overview import list_outlets as list_outlets
    from carikm.api.overview import read_status as read_status
    from carikm.api.searching import ArticleRanking as ArticleRanking
    from carikm.api.searching import Search as Search
    from carikm.api.searching import SearchOptions as SearchOptions
    from carikm.api.searching import SearchResult as SearchResult
    from carikm.api.searching import find as find
    from carikm.api.searching import find_all as find_all
    from carikm.api.searching import open_search as open_search
    from carikm.api.searching import rank_all as rank_all
    from carikm.api.searching import search_over as search_over
    from carikm.api.verifying import verify_citations as verify_citations

_MODULES = {
    "ArticleList": "articles",
    "ArticleText": "articles",
    "SimilarResult": "articles",
    "find_similar": "articles",
    "list_articles": "articles",
    "list_ids": "articles",
    "read_article": "articles",
    "read_source": "articles",
    "build_index": "building",
    "check_index": "checking",
    "locate_index": "opening",
    "Status": "overview",
    "analyze_words": "overview",
    "list_acronyms": "overview",
    "list_outlets": "overview",
    "read_status": "overview",
    "ArticleRanking": "searching",
    "Coverage": "coverage",
    "Search": "searching",
    "SearchOptions": "searching",
    "SearchResult": "searching",
    "find": "searching",
    "find_all": "searching",
    "open_search": "searching",
    "rank_all": "searching",
    "search_over": "searching",
    "verify_citations": "verifying",
}

__all__ = [
    "ArticleList",
    "ArticleRanking",
    "ArticleText",
    "Coverage",
    "Search",
    "SearchOptions",
    "SearchResult",
    "SimilarResult",
    "Status",
    "analyze_words",
    "build_index",
    "check_index",
    "find",
    "find_all",
    "find_similar",
    "list_acronyms",
    "list_articles",
    "list_ids",
    "list_outlets",
    "locate_index",
    "open_search",
    "rank_all",
    "read_article",
    "read_source",
    "read_status",
    "search_over",
    "verify_citations",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'carikm.api' has no attribute {name!r}")
    return getattr(import_module(f"carikm.api.{_MODULES[name]}"), name)
