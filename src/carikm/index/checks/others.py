"""Tables that say of each article what leads to it: the shingles by which copies are found, and definitions."""

from itertools import pairwise

from carikm.index.checks import sums, tables
from carikm.index.checks.findings import Findings
from carikm.index.checks.known import Known
from carikm.index.format import BOILERPLATE_BASE
from carikm.index.reader import IndexReader
from carikm.index.rows import DEFINITION_COLUMNS, DEFINITION_KINDS
from carikm.index.shingles import unpack_bucket


def check_others(index: IndexReader, known: Known, findings: Findings) -> None:
    """See that both are of articles that are there; sum up what they hold of each."""
    _check_shingles(index, known, findings)
    _check_definitions(index, known, findings)
    with findings.about("skipped"):
        index.skipped_files()
        index.folders()


def _check_shingles(index: IndexReader, known: Known, findings: Findings) -> None:
    with findings.about("copies"):
        for number, data in tables.numbered(index, "shingles", "bucket, entries", "ib"):
            with findings.about("copies"):
                articles, highs = unpack_bucket(data)
                if not 0 <= number < 1 << 16 or any(after < before for before, after in pairwise(articles)):
                    findings.damage("copies", f"the bucket {number} of shingles is out of order")
                for article, high in zip(articles, highs, strict=True):
                    if known.is_live(article):
                        known.add(article, sums.element(sums.SHINGLE, number | high << 16))
                    else:
                        findings.damage("copies", f"a shingle is of article {article}, which is not there")


def _check_definitions(index: IndexReader, known: Known, findings: Findings) -> None:
    with findings.about("definitions"):
        for row in tables.keyed(index, "definitions", DEFINITION_COLUMNS, DEFINITION_KINDS, 3):
            chunk = row[2]
            article = known.article_of(chunk) if chunk < BOILERPLATE_BASE else -1
            if known.is_counted(article):
                known.add(article, sums.element(sums.DEFINITION, *row))
            else:
                findings.damage("definitions", f"{row[3]!r} is defined in chunk {chunk}, which is none that counts")
