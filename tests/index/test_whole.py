"""Whole builds: the same index however many processes there are, and what a plain count of its texts would give."""

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, product
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import carikm.index.building.share as share
import carikm.index.building.terms as terms
import carikm.index.building.whole as whole
from carikm.analysis.names import is_name
from carikm.analysis.stems import base_form, stem
from carikm.corpus import BODY
from carikm.corpus.mojibake import repaired
from carikm.errors import IndexNotWritable, WorkerLost
from carikm.index.build import NoProgress, build_index
from carikm.index.building.workers import Answer, Call, Crew
from carikm.index.contribution import Contribution, contribution
from carikm.index.format import BOILERPLATE_BASE, INDEX_FILE
from carikm.index.known_stems import STEMS_FILE
from carikm.index.reader import IndexReader

MakeCorpus = Callable[[Mapping[str, str | bytes]], Path]

_REPORT = "Perserikatan Bangsa-Bangsa (PBB) menyumbang. Warga datang ke Manahan lagi, kata Tri Supriyanto. " + " ".join(
    f"Pedagang nomor {number} menempati kios baris {number * 7}." for number in range(14)
)
_TEXTS = [
    _REPORT,
    "SOLO, KOMPAS.com - " + _REPORT[:-60] + " Partai Bulan Bintang (PBB) setuju.",
    "Warga datang ke Manahan lagi. " * 12 + "\n\nBaca juga: Pasar Ikan Ramai\n\nIndustrinya berkembang.",
    "Ia manahan itu dan manahan ini. " * 2,
    "Kerja sama anti kekerasan: https://www.contoh.id/kerja-sama/pasar-ikan @warga",
    "Mereka bekerja sama. Kerjasamanya anti-korupsi, non-tunai, anti korupsi.",
    "Tri Supriyanto – “Industri‚Äù kecil dan perindustrian",
    "Pasar Nomor 7 Dibuka\n\nPasar nomor 7 ramai sekali.\n\nPenulis: SARI UTAMI",
    *(f"Pasar Nomor {n} Dibuka\n\nPasar nomor {n} ramai sekali.\n\nPenulis: SARI UTAMI" for n in range(8, 14)),
    "Dinas Perindustrian (Disperin) dan Perserikatan Bangsa-Bangsa (PBB).\n\n" + "Pasar ikan itu. " * 300,
    "",
    "\0",
]
_ARCHIVES = st.dictionaries(
    st.from_regex(r"(?:[ab]/){0,2}[a-e]{1,2}\.txt", fullmatch=True), st.sampled_from(_TEXTS), min_size=3, max_size=20
).filter(lambda archive: any(len(text) > 1 for text in archive.values()))


@contextmanager
def _small_parts() -> Iterator[None]:
    """Let few files be worth a process, and a slice be full with few entries."""
    with (
        patch.object(whole, "WORTH_A_WORKER", 1),
        patch.object(whole, "_BATCH_FILES", 2),
        patch.object(terms, "_WORDS_AT_ONCE", 7),
        patch.object(terms, "SLICE_ENTRIES", 25),
    ):
        yield


def _write(corpus: Path, archive: Mapping[str, str]) -> None:
    for name, text in archive.items():
        path = corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _bytes(index: Path) -> dict[str, list[Any]]:
    """Give all tables, in the order of their rows on disk, but for when the index was built.

    Nor is it told when folders were changed: of one that has just been, no time is kept.
    """
    connection = sqlite3.connect(index / INDEX_FILE)
    try:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in tables}
    finally:
        connection.close()
    found["folders"] = [path for path, _ in found["folders"]]
    found["facts"] = [row for row in found["facts"] if row[0] != "built_ns"]
    return found


@settings(max_examples=5, deadline=None)
@given(_ARCHIVES)
def test_any_number_of_processes_makes_the_same_index(
    tmp_path_factory: pytest.TempPathFactory, archive: dict[str, str]
) -> None:
    folder = tmp_path_factory.mktemp("jobs")
    _write(folder / "corpus", archive)
    with _small_parts():
        for jobs in (1, 3):
            build_index(folder / "corpus", folder / str(jobs), jobs=jobs)
    build_index(folder / "corpus", folder / "plain", jobs=1)
    assert _bytes(folder / "1") == _bytes(folder / "3") == _bytes(folder / "plain")


class _Plain:
    """An index's words, counted from the texts that it has."""

    def __init__(self, index: IndexReader) -> None:
        stands_for = index.representatives()
        self.surfaces: dict[str, tuple[int, int]] = {}
        self.postings: defaultdict[str, dict[str, list[tuple[int, int, str]]]] = defaultdict(
            lambda: {"body": [], "leads": [], "boilerplate": []}
        )
        self.capitalised, self.as_written = Counter[str](), Counter[str]()
        self.definitions: set[tuple[str, str, int]] = set()
        self._chunks_of: defaultdict[str, set[int]] = defaultdict(set)
        self._articles_of: defaultdict[str, set[int]] = defaultdict(set)
        entries: list[tuple[str, str, int, int]] = []
        for article in index.articles():
            is_counted = stands_for[article.id] == article.id
            chunks = index.chunks_of(article.id)
            texts = [(chunk.kind == BODY, repaired(chunk.text, chunk.repairs).text) for chunk in chunks]
            found = contribution([t for is_body, t in texts if is_body], [t for is_body, t in texts if not is_body])
            entries += self._entries(found, article.id, article.body.start, article.boilerplate.start)
            if is_counted:
                self._count(found, article.id, article.body.start)
        self.stems = {surface: self._stem(surface) for surface, *_ in entries}
        for surface, kind, text, count in entries:
            self.postings[self.stems[surface]][kind].append((text, count, surface))

    def _entries(
        self, found: Contribution, article: int, body: int, boilerplate: int
    ) -> Iterator[tuple[str, str, int, int]]:
        for place, words in enumerate(found.body, start=body):
            yield from ((surface, "body", place, count) for surface, count in words.surfaces.items())
        for place, words in enumerate(found.boilerplate, start=boilerplate - BOILERPLATE_BASE):
            yield from ((surface, "boilerplate", place, count) for surface, count in words.surfaces.items())
        yield from ((surface, "leads", article, count) for surface, count in found.lead.items())

    def _count(self, found: Contribution, article: int, body: int) -> None:
        self.capitalised += found.writing.capitalised
        self.as_written += found.writing.as_written
        for place, words in enumerate(found.body, start=body):
            for surface in words.surfaces:
                self._chunks_of[surface].add(place)
                self._articles_of[surface].add(article)
        self.definitions |= {(d.short_key, d.long_key, body + place) for place, d in found.definitions}

    def _stem(self, surface: str) -> str:
        base = base_form(surface)
        return base if is_name(base, self.capitalised[base], self.as_written[base]) else stem(surface)

    def counts(self, surfaces: Iterator[str] | list[str]) -> tuple[int, int]:
        of = list(surfaces)
        articles = set().union(*(self._articles_of[surface] for surface in of))
        return len(articles), len(set().union(*(self._chunks_of[surface] for surface in of)))


@settings(max_examples=20, deadline=None)
@given(_ARCHIVES)
def test_an_index_has_what_a_plain_count_of_its_texts_gives(
    tmp_path_factory: pytest.TempPathFactory, archive: dict[str, str]
) -> None:
    """Chunks, leads, boilerplate, copies, names, compounds and the words of URLs."""
    folder = tmp_path_factory.mktemp("plain")
    _write(folder / "corpus", archive)
    with _small_parts():
        build_index(folder / "corpus", folder / "index", jobs=1)
    rows = _bytes(folder / "index")
    with IndexReader(folder / "index") as index:
        plain = _Plain(index)
        assert [(row[0], row[3], row[4], row[7], row[8]) for row in rows["surfaces"]] == [
            (surface, *plain.counts([surface]), plain.capitalised[surface], plain.as_written[surface])
            for surface in sorted(plain.stems)
        ]
        forms_of = {found: sorted(s for s in plain.stems if plain.stems[s] == found) for found in plain.postings}
        assert [row[1:] for row in rows["terms"]] == [
            (found, *plain.counts(forms_of[found]), "\n".join(forms_of[found])) for found in sorted(forms_of)
        ]
        for number, found in enumerate(sorted(forms_of)):
            block = index.postings(number)
            for kind, expected in plain.postings[found].items():
                texts, occurrences, forms = getattr(block, kind)
                listed = zip(texts, occurrences, (forms_of[found][form] for form in forms), strict=True)
                assert list(listed) == sorted(expected, key=lambda entry: (entry[0], entry[2]))
        assert {(row[0], row[1], row[2]) for row in rows["definitions"]} == plain.definitions


def test_progress_is_told_of_every_step(make_corpus: MakeCorpus, tmp_path: Path) -> None:
    stages: list[list[Any]] = []

    class Listener(NoProgress):
        def stage(self, name: str, total: int) -> None:
            stages.append([name, total, 0])

        def advance(self, steps: int = 1) -> None:
            stages[-1][2] += steps

    corpus = make_corpus({f"{number}.txt": text for number, text in enumerate(_TEXTS)})
    with _small_parts():
        build_index(corpus, tmp_path / "index", jobs=2, progress=Listener())
    assert [name for name, *_ in stages] == ["Reading", "Chunking", "Stemming", "Writing"]
    assert all(total == done > 0 for _, total, done in stages)
    assert (stages[0][1], stages[1][1]) == (len(_TEXTS), len(_TEXTS) - 2)


def test_words_are_stemmed_by_all_workers(make_corpus: MakeCorpus, tmp_path: Path) -> None:
    words = ["".join(letters) for letters in product("bdg", "aiu", "kls", "aiu", "mnr", "aiu", "pt")]
    corpus = make_corpus({f"{place}.txt": " ".join(words[place::3]) for place in range(3)})
    parts: list[list[str]] = []
    stemmed_by: set[int] = set()
    make_calls = Crew.run

    def run(crew: Crew, calls: Iterable[Call]) -> Iterator[Answer]:
        made = list(calls)
        for call, answer in zip(made, make_calls(crew, made), strict=True):
            if call.method == "stem":
                parts.append(call.arguments[0])
                stemmed_by.add(answer.worker)
            yield answer

    with patch.object(whole, "WORTH_A_WORKER", 1), patch.object(Crew, "run", run):
        build_index(corpus, tmp_path / "index", jobs=2)
    assert stemmed_by == {0, 1}
    assert sorted(chain.from_iterable(parts)) == sorted(words)


def _archive(make_corpus: MakeCorpus) -> Path:
    return make_corpus({f"{number:02}.txt": text for number, text in enumerate(_TEXTS)})


def _die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _no_room(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("place", ["finish_article", "read_corrected", "stem", "pack_terms"])
@pytest.mark.parametrize(("fault", "error"), [(_die, WorkerLost), (_no_room, IndexNotWritable)])
def test_what_fails_in_a_worker_leaves_the_old_index(
    make_corpus: MakeCorpus, tmp_path: Path, place: str, fault: Callable[..., None], error: type[Exception]
) -> None:
    corpus = _archive(make_corpus)
    build_index(corpus, tmp_path / "index")
    before = (tmp_path / "index" / INDEX_FILE).read_bytes()
    (tmp_path / "index" / STEMS_FILE).unlink()
    with _small_parts(), patch.object(share, place, fault), pytest.raises(error):
        build_index(corpus, tmp_path / "index", rebuild=True, jobs=2)
    assert (tmp_path / "index" / INDEX_FILE).read_bytes() == before
    assert sorted(path.name for path in (tmp_path / "index").iterdir()) == [".lock", INDEX_FILE]


_SLOW_BUILD = textwrap.dedent(
    """
    import os, sys, time
    from pathlib import Path
    import carikm.index.building.share as share
    import carikm.index.building.terms as terms
    import carikm.index.building.whole as whole
    from carikm import build_index

    def stem(word):
        os.write(1, f"{os.getpid()}\\n".encode())
        time.sleep(float(sys.argv[3]))

    share.stem = stem
    whole.WORTH_A_WORKER = whole._BATCH_FILES = terms._WORDS_AT_ONCE = 1
    build_index(Path(sys.argv[1]), Path(sys.argv[2]), jobs=2)
    """
)


def _ended(process: int) -> bool:
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(("ends_by", "seconds"), [(signal.SIGINT, 60.0), (signal.SIGKILL, 1.0)])
def test_an_interrupted_build_leaves_no_process(
    make_corpus: MakeCorpus, tmp_path: Path, ends_by: signal.Signals, seconds: float
) -> None:
    """Workers are ended by the process that started them, or end by themselves where that is gone, quietly."""
    corpus = _archive(make_corpus)
    command = [sys.executable, "-c", _SLOW_BUILD, str(corpus), str(tmp_path / "index"), str(seconds)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        workers = {int(process.stdout.readline()) for _ in range(2)}
        if ends_by == signal.SIGINT:
            os.killpg(process.pid, ends_by)
        else:
            process.send_signal(ends_by)
        process.wait()
        assert all(map(_ended, workers))
        errors = process.stderr.read()
    assert errors.count("Traceback") == (ends_by == signal.SIGINT)
    assert not (tmp_path / "index" / INDEX_FILE).exists()
    build_index(corpus, tmp_path / "index")
    assert sorted(path.name for path in (tmp_path / "index").iterdir()) == [".lock", INDEX_FILE, STEMS_FILE]


def test_workers_can_be_spawned(make_corpus: MakeCorpus, tmp_path: Path) -> None:
    """As they are where a fork would be unsafe, or is not to be had."""
    import threading

    corpus = _archive(make_corpus)
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        with _small_parts():
            build_index(corpus, tmp_path / "spawned", jobs=2)
    finally:
        done.set()
        other.join()
    build_index(corpus, tmp_path / "plain", jobs=1)
    assert _bytes(tmp_path / "spawned") == _bytes(tmp_path / "plain")
