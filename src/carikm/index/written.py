"""The size of an index, as it is told of one that was written."""

from carikm.records import NamedTuple


class Written(NamedTuple):
    """The size of a finished index."""

    articles: int
    chunks: int
    boilerplate_chunks: int
    terms: int
    bytes: int
