"""The ranking model as rank_bm25 has it.

A whole build takes the average length of an article from this model, and the tests hold the scorer against its
`get_scores`. It imports numpy, so nothing on the way of a search may import this module.
"""

from collections.abc import Mapping, Sequence

from rank_bm25 import BM25Okapi

from carikm.index.weights import K1, inverse_document_frequency


class RankingModel(BM25Okapi):  # type: ignore[misc]  # rank_bm25 has no types
    """BM25Okapi with Lucene's idf: no term weighs nothing or less, in corpora of one document too.

    `idf` has each term's weight, `avgdl` the average length in tokens: 1 where there is no word.
    """

    idf: dict[str, float]
    avgdl: float

    def __init__(self, corpus: Sequence[Sequence[str]], b: float) -> None:
        super().__init__(corpus, k1=K1, b=b)

    @classmethod
    def from_frequencies(cls, frequencies: Mapping[str, int], lengths: Sequence[int]) -> "RankingModel":
        """Make the model from document frequencies and lengths in tokens, without holding the documents."""
        model = cls.__new__(cls)
        model.corpus_size = len(lengths)
        model.avgdl = sum(lengths) / len(lengths) if any(lengths) else 1.0
        model.doc_len = list(lengths)
        model.doc_freqs = []
        model.idf = {}
        model._calc_idf(frequencies)
        return model

    def _calc_idf(self, nd: Mapping[str, int]) -> None:
        for term, frequency in nd.items():
            self.idf[term] = inverse_document_frequency(self.corpus_size, frequency)
