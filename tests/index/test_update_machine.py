"""Any sequence of changes and updates leaves the index that a whole build of the same folder makes.

A machine of hypothesis's makes articles of a small vocabulary, so that much is tipped by little: copies, names, stems,
learned lines, ids that clash. The default run is a small sample; the full one is `python -m pytest -m slow`, with as
many examples as `CARIKM_EXAMPLES` says.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

import carikm
import carikm.api.coverage as coverage_module
import carikm.index.changes as changes_module
import carikm.index.updating.update as update_module
from carikm.cli.documents.hits import search_document
from carikm.corpus.files import scan
from carikm.index.build import build_index
from carikm.index.changes import compare
from carikm.index.progress import NoProgress
from carikm.index.reader import IndexReader
from tests.index.contents import contents

_EXAMPLES, _STEPS = 6, 14
_MANY, _MORE_STEPS = int(os.environ.get("CARIKM_EXAMPLES", "300")), 30

_FOLDERS = ("", "d/", "d/e/")
_NAMES = ("a.txt", "a.TXT", "a.txt.txt", "b.txt", ".txt", "baru 1.txt", *map("{}.txt".format, range(7)))
_PATHS = st.sampled_from([folder + name for folder in _FOLDERS for name in _NAMES])

_REPORTS = [
    [f"Pedagang nomor {n} menempati kios baris {n * 7} di blok {'utara' if n % 2 else 'selatan'}." for n in range(16)],
    [f"Petani kelompok {n} memanen padi di lahan desa sebelah timur sungai ke-{n + 2}." for n in range(14)],
    ["Kios ikan, " * 150, "Kata pedagang itu, kios ikan di blok utara tutup. " * 12],
    [f"Regu {n} melatih para pemain muda dengan permainan cepat setiap sore pekan {n}." for n in range(14)],
]
_SENTENCES = [
    "Warga datang ke Manahan lagi, juga ke Manahan lama.",
    "Ia manahan itu dan manahan ini, katanya.",
    "Stadion di Manahan, kolam di Manahan, dan pasar di Manahan, semua di Manahan, penuh.",
    "Mereka bekerja sama. Kerjasamanya anti-korupsi, kata @manahan dan anti korupsi.",
    "Dinas Perindustrian (Disperin) membuka perindustrian kecil.",
    "Kepala Disperin menolak. Usaha mikro, kecil, dan menengah (UMKM) dibantu.",
    "Bantuan untuk UMKM (Usaha Mikro Kecil Menengah) cair, kata Perserikatan Bangsa-Bangsa (PBB).",
    "Pasar ikan itu ramai, dan kios ikan di pasar ikut ramai.",
    "Kata Tri Supriyanto – “Industri‚Äù kecil di kota.",
    "PEMERINTAH MENUTUP PASAR IKAN DI KOTA",
    "Lihat https://kabar.example/pasar-ikan dan kirim surat ke redaksi@kabar.example.",
    "Menurut Perbankan, juga Perbankan lain, kredit Perbankan naik; perbankan diam.",
]
_HEADS = [
    "",
    "Pasar Ikan Kota Ramai Lagi Tahun Ini\n\n",
    "Petani Desa Timur Panen Raya Lagi\n\n",
    "Portal Berita Kabar Kita\n\n",
    "SOLO, KOMPAS.com - ",
    "Panen Raya di Desa Timur Sungai\nKompas.com - 28/09/2020, 10:00 WIB\n\n",
]
_FEET = [
    "",
    "\n\nPenulis: SARI UTAMI",
    "\n\nPenulis: SARI UTAMI\n\nIkuti kami di portal Kabar Kita.",
    "\n\nBagikan:\n\nKabar pilihan hari ini",
    "\n\nArtikel ini telah tayang di Kompas.com dengan judul Pasar Ikan Ramai",
]
_BASE_FEET = [*["\n\nKabar pilihan hari ini"] * 5, *[""] * 4]
_FURNITURE = st.sampled_from(
    ["Kabar pilihan hari ini", "Ikuti kami di portal Kabar Kita.", "Penulis: SARI UTAMI", "Simak Pula:"]
)
_NO_ARTICLES = st.sampled_from([b"", b" \n\t\n", b"\x00\x01\x02" * 40, b"--- ***"])


def _text(head: str, report: list[str], span: tuple[int, int], sentences: list[str], number: int, foot: str) -> bytes:
    start, end = sorted(span)
    body = [" ".join(report[start:end]), *sentences, f"Catatan bernomor {number} selesai."]
    return (head + "\n\n".join(filter(None, body)) + foot).encode()


_SPAN = st.sampled_from([(0, 0), (0, 16), (0, 8), (6, 16)])
_ARTICLES = st.builds(
    _text,
    st.sampled_from(_HEADS),
    st.sampled_from(_REPORTS),
    _SPAN,
    st.lists(st.sampled_from(_SENTENCES), max_size=4),
    st.integers(0, 40),
    st.sampled_from(_FEET),
)
# In the folder of those that name no outlet, one article more or less with the line makes furniture of it, or none.
_BASE = {
    f"dasar {n}.txt": _text(
        "", [], (0, 0), [_SENTENCES[n], f"Warga kampung {n} menanam jagung."], 50 + n, _BASE_FEET[n]
    )
    for n in range(9)
}
# Each makes all the difference to the articles above while it is there: Manahan is a name, a line is furniture.
_TIPS = {
    "kunci nama.txt": " ".join([_SENTENCES[2]] * 3).encode(),
    "kunci baris.txt": b"Warga kampung lain tidur siang.\n\nKabar pilihan hari ini",
}
# One word for another, in the whole text or in its first place: near copies, other stems, other names.
_EDITS = st.sampled_from(
    [
        ("nomor 3", "bernomor 3"),
        ("kios", "lapak"),
        ("Manahan", "manahan"),
        ("manahan", "Manahan"),
        ("Pasar", "PASAR"),
        ("Penulis: SARI UTAMI", "Penulis: BUDI UTOMO"),
        ("Kompas.com", "Detik.com"),
        ("Tahun Ini", "Tahun Lalu"),
        ("2020", "2021"),
        ("UMKM", "Umkm"),
        ("e", "é"),
        ("\n\nKabar pilihan hari ini", ""),
        ("\n\nIkuti kami di portal Kabar Kita.", ""),
        (".", "."),
    ]
)
_CORRECTIONS = st.sampled_from(
    [
        "",
        'never_stem = ["manahan"]',
        '[stems]\nperindustrian = "pabrik"\npedagang = "warung"',
        '[stems]\npabrik = "industri"\n',
        'boilerplate = ["Catatan bernomor 3 selesai"]',
        'not_boilerplate = ["Kabar pilihan hari ini"]\nstop_words = ["ramai"]',
        '[synonyms]\nikan = ["lele"]\n[acronyms]\nPBB = ["pajak bumi dan bangunan"]',
    ]
)
_QUERIES = (
    "pasar ikan",
    '"bekerja sama"',
    "manahan",
    "=manahan pasar",
    "-pasar pedagang",
    "disperin umkm",
    "penulis sari",
    "panen raya desa",
    "perbankan",
)


class Archive(RuleBasedStateMachine):
    """A folder of articles, its index, and what has changed since the last update."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="carikm-machine-"))
        self.corpus, self.index = self.folder / "corpus", self.folder / "updated"
        self.corpus.mkdir()
        self.pending: set[str] = set()
        # Long ago, so that times tell of changes.
        self.clock = 1_600_000_000_000_000_000
        self.is_corrected = False

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    # What is there

    def _files(self) -> list[str]:
        paths = (path.relative_to(self.corpus).as_posix() for path in self.corpus.rglob("*") if path.is_file())
        return sorted(path for path in paths if path.lower().endswith(".txt"))

    def _pick(self, data: st.DataObject, label: str) -> str:
        return data.draw(st.sampled_from(self._files()), label)

    def _stamp(self, path: Path, *, is_folder: bool) -> None:
        """Give a file or a folder a time of its own, as if things happened slowly."""
        self.clock += 10_000_000_000
        if path.exists() and path.is_dir() == is_folder:
            os.utime(path, ns=(self.clock, self.clock))

    def _changed(self, path: str, *, entries: bool = True) -> None:
        """Note that a file has changed, and with `entries` that its folder has another name in it or one less."""
        self.pending.add(path)
        self._stamp(self.corpus / path, is_folder=False)
        if entries:
            self._stamp((self.corpus / path).parent, is_folder=True)

    def _make_folder(self, folder: Path) -> None:
        if not folder.exists():
            self._make_folder(folder.parent)
            folder.mkdir()
            self._stamp(folder, is_folder=True)
            self._stamp(folder.parent, is_folder=True)

    def _write(self, path: str, raw: bytes) -> None:
        file = self.corpus / path
        is_new = not file.exists()
        self._make_folder(file.parent)
        file.write_bytes(raw)
        self._changed(path, entries=is_new)

    def _delete(self, path: str) -> None:
        (self.corpus / path).unlink()
        self._changed(path)

    # What happens

    @initialize(articles=st.dictionaries(_PATHS, _ARTICLES, min_size=4, max_size=12), corrections=_CORRECTIONS)
    def begin(self, articles: dict[str, bytes], corrections: str) -> None:
        self._write("always.txt", b"Selalu ada pasar ikan di kota dan kerja sama.")
        for path, raw in {**_BASE, **articles}.items():
            self._write(path, raw)
        self.correct(corrections)
        build_index(self.corpus, self.index, jobs=1)
        self.pending.clear()

    @rule(path=_PATHS, raw=_ARTICLES)
    def add_or_change(self, path: str, raw: bytes) -> None:
        self._write(path, raw)

    @rule(articles=st.dictionaries(_PATHS, _ARTICLES, min_size=2, max_size=5))
    def add_or_change_several(self, articles: dict[str, bytes]) -> None:
        for path, raw in articles.items():
            self._write(path, raw)

    @rule(data=st.data(), edit=_EDITS)
    def edit(self, data: st.DataObject, edit: tuple[str, str]) -> None:
        path = self._pick(data, "edited")
        self._write(path, (self.corpus / path).read_bytes().replace(*(word.encode() for word in edit)))

    @rule(data=st.data(), path=_PATHS, edit=_EDITS)
    def copy_nearly(self, data: st.DataObject, path: str, edit: tuple[str, str]) -> None:
        raw = (self.corpus / self._pick(data, "copied")).read_bytes()
        self._write(path, raw.replace(*(word.encode() for word in edit), 1))

    @rule(data=st.data())
    def make_identical(self, data: st.DataObject) -> None:
        one, other = self._pick(data, "original"), self._pick(data, "becomes it")
        if one != other:
            self._write(other, (self.corpus / one).read_bytes())

    @rule(data=st.data(), path=_PATHS)
    def rename(self, data: st.DataObject, path: str) -> None:
        old = self._pick(data, "renamed")
        if old in (path, "always.txt"):
            return
        self._make_folder((self.corpus / path).parent)
        (self.corpus / old).rename(self.corpus / path)
        self._changed(old)
        self._changed(path)

    @rule(data=st.data(), most=st.integers(1, 4))
    def delete(self, data: st.DataObject, most: int) -> None:
        for path in data.draw(st.lists(st.sampled_from(self._files()), max_size=most, unique=True), "deleted"):
            if path != "always.txt":
                self._delete(path)

    @rule(folder=st.sampled_from(["d", "d/e"]))
    def remove_folder(self, folder: str) -> None:
        within = [path for path in self._files() if path.startswith(f"{folder}/")]
        for path in within:
            self._delete(path)
        if within:
            shutil.rmtree(self.corpus / folder)
            self._stamp((self.corpus / folder).parent, is_folder=True)

    @rule(data=st.data())
    def touch(self, data: st.DataObject) -> None:
        self._changed(self._pick(data, "touched"), entries=False)

    @rule(path=_PATHS, raw=_NO_ARTICLES)
    def put_no_article(self, path: str, raw: bytes) -> None:
        self._write(path, raw)

    @rule(data=st.data(), line=_FURNITURE, most=st.integers(1, 16), at_head=st.booleans())
    def print_furniture(self, data: st.DataObject, line: str, most: int, at_head: bool) -> None:
        """Let a line stand below, or above, many articles of one folder, the outer one first."""
        for path in sorted(self._files(), key=lambda path: (path.count("/"), path))[:most]:
            raw, printed = (self.corpus / path).read_bytes(), line.encode()
            self._write(path, printed + b"\n\n" + raw if at_head else raw + b"\n\n" + printed)

    @rule(path=st.sampled_from(sorted(_TIPS)))
    def tip(self, path: str) -> None:
        if (self.corpus / path).exists():
            self._delete(path)
        else:
            self._write(path, _TIPS[path])

    @rule(corrections=_CORRECTIONS)
    def correct(self, corrections: str) -> None:
        (self.folder / "carikm.toml").write_text(corrections)
        self.is_corrected = True

    # Updates

    @precondition(lambda self: self.pending or self.is_corrected)
    @rule()
    def scan(self) -> None:
        build_index(self.corpus, self.index, jobs=1)
        self.pending.clear()
        self.is_corrected = False
        self._compare()

    @precondition(lambda self: self.pending)
    @rule()
    def name_all(self) -> None:
        self._name(sorted(self.pending))
        self._compare()

    @precondition(lambda self: len(self.pending) > 1)
    @rule(data=st.data())
    def name_some(self, data: st.DataObject) -> None:
        self._name(data.draw(st.lists(st.sampled_from(sorted(self.pending)), min_size=1, unique=True), "named"))
        self._see_changes()

    def _name(self, paths: list[str]) -> None:
        """Update by naming files; what came and went unseen would be refused."""
        with IndexReader(self.index) as index:
            known = index.file_states()
        named = [self.corpus / path for path in paths if (self.corpus / path).exists() or path in known]
        # Of a file that came and went again there is nothing to name; that its folder changed, a scan sees.
        build_index(self.corpus, self.index, files=named or None, jobs=1)
        self.pending.difference_update(paths)

    def _compare(self) -> None:
        """Hold the index against a whole build."""
        if self.pending:  # corrected lines have the whole folder read
            return
        fresh = self.folder / "fresh"
        build_index(self.corpus, fresh, rebuild=True, jobs=1)
        found, expected = contents(self.index), contents(fresh)
        for name in expected:
            assert found[name] == expected[name], name
        for query, answer in _answers(self.corpus, fresh).items():
            assert _answers(self.corpus, self.index, only=query)[query] == answer, query
        assert not self._see_changes()

    def _see_changes(self) -> bool:
        """Let a search see that files have come or gone; tell whether it has to look at all files for it."""
        with IndexReader(self.index) as index:
            changes = compare(index, scan(self.corpus))
            answer = carikm.find("pasar", self.corpus, self.index).coverage
        assert not answer.changed_is_complete or answer.changed == changes.total
        if changes.added or changes.deleted:
            assert answer.changed_is_complete
        return answer.changed_is_complete


def _answers(corpus: Path, index: Path, only: str | None = None) -> dict[str, Any]:
    """Give what a user sees, by what was asked."""
    found: dict[str, Any] = {}
    for query in _QUERIES:
        for options in ({}, {"boilerplate": True}, {"by_article": True}, {"all_chunks": True, "duplicates": True}):
            asked = f"{query} {options}"
            if only in (None, asked):
                result = carikm.find(query, corpus, index, limit=50, **options)  # type: ignore[arg-type]
                snippets = [(hit.text, hit.snippet, hit.line, hit.title_highlights) for hit in result.result.hits]
                found[asked] = search_document(result), snippets
    if only in (None, "list"):
        listed = carikm.list_articles(corpus, index)
        found["list"] = [article.name for article in listed.articles], listed.references
    if only in (None, "acronyms"):
        found["acronyms"] = carikm.list_acronyms(None, corpus, index)
    if only in (None, "words"):
        found["words"] = carikm.analyze_words("manahan kerjasama perindustrian pabrik umkm", corpus, index)
    if only in (None, "status"):
        status = carikm.read_status(corpus, index)
        counts = status.chunks, status.boilerplate_chunks, status.words, status.terms
        found["status"] = counts, status.skipped, status.changes, status.learned, status.corrected
    return found


def _no_index_is_built_anew(_: NoProgress, message: str) -> None:
    """Let an update that takes a sound index for a damaged one fail."""
    assert "Building it anew" not in message, message


@pytest.fixture(autouse=True)
def _as_in_a_large_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no update be left to a whole build, and searches trust the times of folders."""
    monkeypatch.setattr(NoProgress, "note", _no_index_is_built_anew)
    for name in ("FEW_CHANGES", "FEW_UNUSED", "BOUNDS_SLACK"):
        monkeypatch.setattr(update_module, name, 1_000_000)
    monkeypatch.setattr(changes_module, "EXAMINE_ALL", 0)
    monkeypatch.setattr(coverage_module, "EXAMINE_ALL", 0)


def _run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Archive,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
        ),
    )


def test_updates_equal_a_rebuild() -> None:
    _run(_EXAMPLES, _STEPS)


@pytest.mark.slow
def test_very_many_updates_equal_a_rebuild() -> None:
    _run(_MANY, _MORE_STEPS)
