"""The figures of the ranking model, and its formulas.

BM25 after Robertson and Zaragoza (2009, "The Probabilistic Relevance Framework: BM25 and Beyond"), in the form
of `rank_bm25.BM25Okapi`, with the inverse document frequency of Lucene, which stays above 0 however common a
term is. Whole articles, chunks and leads are scored alike, and their scores added:

    S(chunk) = A(its article) + CHUNK_WEIGHT · C(chunk) + LEAD_WEIGHT · L(its article's lead)

An article alone says too little of where in it to look, a chunk alone too little of what it is about, and news
tells first what matters. Frequencies are counted over articles for all three.
"""

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import TypeVar

    import numpy as np

    Value = TypeVar("Value", float, np.ndarray[Any, Any])

K1 = 0.9
ARTICLE_B = 0.8
CHUNK_B = 0.75
LEAD_B = 0.75
# A word's exact form weighs this much on top of its stem.
SURFACE_WEIGHT = 0.5
CHUNK_WEIGHT = 1.0
LEAD_WEIGHT = 0.3
# An article's lead is so many tokens of its body.
LEAD_LENGTH = 30


def inverse_document_frequency(documents: int, frequency: int) -> float:
    """Weigh a term that `frequency` of `documents` contain: ln(1 + (N - df + 0.5) / (df + 0.5))."""
    return math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))


def document_frequency(documents: int, idf: float) -> int:
    """Tell how many of `documents` contain a term, by its `inverse_document_frequency`."""
    return round((documents + 1) / math.exp(idf) - 0.5)


def length_norm(length: int, average_length: float, b: float) -> float:
    """Give the part of a term's saturation that a text's length in tokens decides: k1 (1 - b + b dl / avgdl)."""
    return K1 * (1 - b + b * length / average_length)


def saturation(count: "Value", norm: "Value", k1: float = K1) -> "Value":
    """Tell what a term's occurrences in a text are worth: tf (k1 + 1) / (tf + norm); of numbers or of whole arrays."""
    found: Value = (k1 + 1) * count / (count + norm)
    return found
