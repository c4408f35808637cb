"""The figures of the ranking model, and its two formulas.

BM25 after Robertson and Zaragoza (2009, "The Probabilistic Relevance Framework: BM25 and Beyond"), in the form
of `rank_bm25.BM25Okapi`, with the inverse document frequency of Lucene, which stays above 0 however common a
term is.
"""

import math

K1 = 0.9
B = 0.75
# A word's exact form weighs this much on top of its stem.
SURFACE_WEIGHT = 0.5


def inverse_document_frequency(chunks: int, frequency: int) -> float:
    """Weigh a term that `frequency` of `chunks` chunks contain: ln(1 + (N - df + 0.5) / (df + 0.5))."""
    return math.log(1 + (chunks - frequency + 0.5) / (frequency + 0.5))


def length_norm(length: int, average_length: float) -> float:
    """Give the part of a term's saturation that a chunk's length in tokens decides: k1 (1 - b + b dl / avgdl)."""
    return K1 * (1 - B + B * length / average_length)
