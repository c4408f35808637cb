"""How well the ranking finds articles: nDCG@10 and Recall@100 over test collections that you name.

    python benchmarks/quality.py [--runs FOLDER] [--baseline FOLDER] [--no-expand] [--min-words N]
                                 [--set MODULE:NAME=NUMBER]... COLLECTION...
    python benchmarks/quality.py --given FOLDER [--baseline FOLDER] COLLECTION...

Each collection (see `collection.py`) is indexed, and its queries are answered by `carikm batch --format trec` with
default settings: what is measured is what users run. `--runs` keeps the runs, as FOLDER/COLLECTION.trec; `--given`
measures such runs instead, whoever made them (`baselines.py` makes some); `--baseline` has such runs to compare with.
`--min-words` tries another size of chunks, and `--set` another figure of the model, as in
`--set carikm.search.levels:CHUNK_WEIGHT=0`; one process then answers all, since others would not know of it.

Needs `pip install '.[benchmarks]'` in a checkout. The measures are trec_eval's own, by way of ir-measures: nDCG after
Järvelin and Kekäläinen (2002, "Cumulated gain-based evaluation of IR techniques"). The p value is that of the two-sided
paired randomisation test (Smucker, Allan and Carterette 2007, "A comparison of statistical significance tests for
information retrieval evaluation"), by SciPy.
"""

import argparse
import functools
import tempfile
from pathlib import Path
from typing import NamedTuple

import ir_measures
from ir_measures import R, nDCG
from scipy.stats import permutation_test

import carikm.index.building.share as share
from carikm.corpus.article import finish_article
from carikm.corpus.chunks import MIN_WORDS
from carikm_run import figure, write_run
from collection import Collection

MEASURES = (nDCG @ 10, R @ 100)
RESAMPLES = 9999


class Measured(NamedTuple):
    """Means of the measures, and the p values of their differences from a baseline, None without one."""

    means: list[float]
    differences: list[float] | None
    p_values: list[float] | None


def values(collection: Collection, run: Path) -> list[list[float]]:
    """Measure each query of a collection: a list for each measure, in order of the queries; no answer is worth 0."""
    judged = collection.relevance()
    found = {
        (metric.measure, metric.query_id): metric.value
        for metric in ir_measures.iter_calc(MEASURES, judged, ir_measures.read_trec_run(str(run)))
    }
    return [[found[measure, query] for query in judged] for measure in MEASURES]


def p_value(ours: list[float], theirs: list[float]) -> float:
    """Tell how likely so large a difference of means is if the two runs are exchangeable, query by query."""
    # Equal values add nothing whatever their sign.
    differences = [a - b for a, b in zip(ours, theirs, strict=True) if a != b]
    if len(differences) < 2:
        return 1.0
    return float(
        permutation_test(
            (differences,),
            lambda sample, axis: sample.sum(axis=axis),
            permutation_type="samples",
            n_resamples=RESAMPLES,
            batch=500,
            vectorized=True,
            rng=1,
        ).pvalue
    )


def measure(collection: Collection, run: Path, baseline: Path | None) -> Measured:
    """Measure a run, and compare it with that of the same name in the folder of the baseline."""
    ours = values(collection, run)
    means = [sum(column) / len(column) for column in ours]
    if baseline is None:
        return Measured(means, None, None)
    theirs = values(collection, baseline / f"{collection.name}.trec")
    differences = [mean - sum(column) / len(column) for mean, column in zip(means, theirs, strict=True)]
    return Measured(means, differences, list(map(p_value, ours, theirs)))


def shown(measured: Measured) -> str:
    parts = []
    for place, (name, mean) in enumerate(zip(MEASURES, measured.means, strict=True)):
        parts.append(f"{name} {mean:.4f}")
        if measured.differences is not None:
            p = f" p {measured.p_values[place]:.4f}" if measured.p_values is not None else ""
            parts.append(f"({measured.differences[place]:+.4f}{p})")
    return "  ".join(parts)


def mean_of(all_measured: list[Measured]) -> Measured:
    """Average over collections; a p value of that there is not."""

    def means(columns: list[list[float]]) -> list[float]:
        return [sum(column) / len(column) for column in zip(*columns, strict=True)]

    compared = [measured.differences for measured in all_measured if measured.differences is not None]
    return Measured(means([measured.means for measured in all_measured]), means(compared) if compared else None, None)


def main() -> None:
    """Measure every collection named, and their mean."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collections", nargs="+", type=Path, metavar="COLLECTION")
    parser.add_argument("--runs", type=Path, metavar="FOLDER")
    parser.add_argument("--given", type=Path, metavar="FOLDER")
    parser.add_argument("--baseline", type=Path, metavar="FOLDER")
    parser.add_argument("--min-words", type=int, default=MIN_WORDS)
    parser.add_argument("--no-expand", action="store_true")
    parser.add_argument("--set", action="append", default=[], type=figure, metavar="MODULE:NAME=NUMBER")
    options = parser.parse_args()
    share.finish_article = functools.partial(finish_article, min_words=options.min_words)
    all_measured = []
    with tempfile.TemporaryDirectory() as unkept:
        runs = options.given or options.runs or Path(unkept)
        runs.mkdir(parents=True, exist_ok=True)
        for collection in map(Collection, options.collections):
            run = runs / f"{collection.name}.trec"
            took = (
                "" if options.given else write_run(collection, run, expanded=not options.no_expand, figures=options.set)
            )
            all_measured.append(measure(collection, run, options.baseline))
            print(f"{collection.name:20} {shown(all_measured[-1])}  {took}", flush=True)
    print(f"{'mean':20} {shown(mean_of(all_measured))}")


if __name__ == "__main__":
    main()
