"""Corrections as their user sees them: what a search finds by them, and what `carikm index` makes of them."""

import json
import os
from typing import Any

import pytest

from carikm.index.reader import IndexReader
from tests.cli.harness import Desk
from tests.index.contents import contents

ARTICLES = {
    "arsip/a.txt": "Bupati membuka pameran logam di Manahan. Perundungan dilarang.\n",
    "arsip/b.txt": "Pengunjung naik oto ke pasar ikan.\n",
    "arsip/c.txt": "Kendaraan roda empat diparkir di tepi jalan; roda gerobak di dalam.\n",
    "arsip/d.txt": "Industri kecil dan menengah berpameran di balai kota.\n",
    "arsip/e.txt": "Stan IKM ramai oleh industri.\n",
}


@pytest.fixture
def corrected(desk: Desk) -> Desk:
    """An index of a few articles, to be corrected."""
    desk.write(ARTICLES)
    desk.call("index", "arsip").expect(0)
    return desk


def _found(desk: Desk, *arguments: str) -> set[str]:
    """Search, and give the ids of the articles found."""
    run = desk.call("search", *arguments, "--json")
    return {hit["article"]["id"] for hit in run.document()["hits"]} if run.code == 0 else set()


def _analysis(desk: Desk, word: str) -> Any:
    return desk.call("stem", word, "--json").expect(0).document()["words"][0]


def test_synonyms_find_each_other_at_once(corrected: Desk) -> None:
    assert _found(corrected, "mobil") == set()
    corrected.write({"carikm.toml": '[synonyms]\nmobil = ["oto", "kendaraan roda empat"]\n'})
    assert _found(corrected, "mobil") == {"b", "c"}
    assert _found(corrected, "roda", "gerobak", "mobil") == {"b", "c"}
    found = corrected.call("search", "oto", "--json").expect(0).document()
    assert found["expansions"] == []  # nothing matched "mobil"
    found = corrected.call("search", "mobil", "--json").expect(0)
    assert found.document()["expansions"][0] == {
        "phrase": "mobil",
        "reading": "oto",
        "weight": 0.3,
        "source": "carikm.toml",
        "chunks": 0,
    }
    found.says("Also searched for: mobil → oto (carikm.toml); mobil → kendaraan roda empat (carikm.toml).")
    assert corrected.call("status", "--json").expect(0).document()["corrections"] == {
        "words": [],
        "lines": [],
        "folders": [],
    }


def test_an_acronym_finds_its_long_form_as_a_whole_and_back(corrected: Desk) -> None:
    corrected.write({"carikm.toml": '[acronyms]\nIKM = "industri kecil dan menengah"\n'})
    assert _found(corrected, "ikm") == {"d", "e"}
    hits = corrected.call("search", "industri kecil dan menengah", "--json").expect(0).document()["hits"]
    assert [hit["article"]["id"] for hit in hits] == ["d", "e"]
    marked = [hits[1]["chunk"]["text"][start:end] for start, end in hits[1]["highlights"]]
    assert marked == ["IKM", "industri"]
    only_long = corrected.call("search", "ikm", "--json").expect(0).document()["hits"][1]
    assert [only_long["chunk"]["text"][a:b] for a, b in only_long["highlights"]] == ["Industri", "kecil", "menengah"]


def test_expansion_can_be_left_out(corrected: Desk) -> None:
    corrected.write({"carikm.toml": '[synonyms]\nmobil = "oto"\n'})
    assert _found(corrected, "mobil", "--no-expand") == set()
    assert _found(corrected, '"mobil"') == set()
    assert _found(corrected, "“mobil”") == {"b"}  # these quotes come with pasted text
    assert _found(corrected, "mobil", '"naik"') == {"b"}


def test_words_of_the_query_outweigh_their_other_forms(corrected: Desk) -> None:
    corrected.write(
        {"carikm.toml": '[synonyms]\noto = "mobil"\n', "arsip/f.txt": "Pengunjung naik mobil ke pasar ikan.\n"}
    )
    corrected.call("index").expect(0)
    for word, best in (("oto", "b"), ("mobil", "f")):
        hits = corrected.call("search", word, "--json").expect(0).document()["hits"]
        assert [hit["article"]["id"] for hit in hits] == [best, *({"b", "f"} - {best})]
        # A third of what the stem counts, and nothing of what the exact form adds to it.
        assert hits[1]["score"] == pytest.approx(0.3 / 1.5 * hits[0]["score"], rel=0.05)


def test_stop_words_act_at_once(corrected: Desk) -> None:
    assert _found(corrected, "oto", "logam") == {"a", "b"}
    corrected.write({"carikm.toml": 'stop_words = ["logam"]\n'})
    assert _found(corrected, "oto", "logam") == {"b"}
    assert _found(corrected, "logam") == {"a"}


def test_stems_make_the_index_stale_in_those_words_and_reading_no_file_mends_it(corrected: Desk) -> None:
    corrected.write({"carikm.toml": 'never_stem = ["pameran"]\n[stems]\nperundungan = "rundung"\n'})
    run = corrected.call("search", "logam").expect(0)
    run.says("carikm.toml has changed since the index was built: 2 stems.")
    run.says("carikm index")
    document = corrected.call("status", "--json").expect(0).document()
    assert document["corrections"] == {"words": ["pameran", "perundungan"], "lines": [], "folders": []}
    assert "stem: perundungan" in corrected.call("status").expect(0).out
    built = corrected.call("index", "--json").expect(0).document()
    assert (built["updated"], built["read"] <= len(ARTICLES), built["unchanged"]) == (True, True, len(ARTICLES))
    assert _found(corrected, "rundung") == {"a"}
    assert _found(corrected, "pamer") == {"d"}
    assert (_analysis(corrected, "perundungan")["stem"], _analysis(corrected, "perundungan")["decided_by"]) == (
        "rundung",
        "user",
    )
    assert _analysis(corrected, "pameran")["stem"] == "pameran"
    assert not corrected.call("search", "logam").expect(0).err


def test_a_folder_may_be_of_an_outlet(desk: Desk) -> None:
    """The nearest folder counts, before what the text says; an update and taking it back equal builds from nothing."""
    desk.write(
        {
            "arsip/2020/a.txt": "SOLOPOS.COM, Semarang – Bupati membuka pameran logam.\n",
            "arsip/2020/radar/b.txt": "Pengunjung membeli logam.\n",
            "arsip/c.txt": "SOLOPOS.COM, Semarang – Logam bekas menumpuk di pasar.\n",
        }
    )
    desk.call("index", "arsip").expect(0)
    assert _found(desk, "sumber:radar") == _found(desk, "sumber:kota") == set()
    desk.write({"carikm.toml": '[outlets]\n"2020" = "Suara Kota"\n"2020/radar/" = "Radar Semarang"\n'})
    desk.call("search", "logam").expect(0).says("has changed since the index was built: 2 folders.", "carikm index")
    document = desk.call("status", "--json").expect(0).document()
    assert document["corrections"]["folders"] == ["2020", "2020/radar"]
    assert "outlet: 2020/radar" in desk.call("status").expect(0).out
    assert "carikm.toml has changed" in desk.call("doctor").expect(0).out

    desk.call("index").expect(0)
    assert _found(desk, "sumber:kota") == {"a"}
    assert _found(desk, "logam", "--source", "radar") == {"b"}
    assert _found(desk, "sumber:solopos") == {"c"}
    assert not desk.call("search", "logam").expect(0).err
    listed = {article["id"]: article for article in desk.call("list", "--jsonl").expect(0).documents()}
    assert listed["b"]["outlet"] == "Radar Semarang"
    assert listed["b"]["sources"]["outlet"] == {"line": 1, "how": "carikm.toml", "certainty": "certain"}

    desk.write({"arsip/2020/radar/d.txt": "Logam langka.\n", "arsip/2020/a.txt": "Logam dan kayu.\n"})
    desk.call("index").expect(0)
    assert (_found(desk, "sumber:radar"), _found(desk, "sumber:kota")) == ({"b", "d"}, {"a"})
    assert "stale" not in desk.call("doctor", "--all").expect(0).out
    updated = contents(desk.folder / "index")
    desk.call("index", "--rebuild").expect(0)
    assert contents(desk.folder / "index") == updated
    (desk.folder / "carikm.toml").unlink()
    desk.call("index").expect(0)
    assert (_found(desk, "sumber:radar"), _found(desk, "sumber:solopos")) == (set(), {"c"})


def test_a_folder_without_an_article_is_told_of(desk: Desk) -> None:
    desk.write({"arsip/2020/a.txt": "Logam langka.\n", "carikm.toml": '[outlets]\n"arsip/2020" = "A"\n"2020" = "B"\n'})
    said = desk.call("index", "arsip").expect(0).err
    assert "no article lies in the folder 'arsip/2020' of outlets" in said
    assert said.count("no article lies") == 1


def test_taking_corrections_back_undoes_them(corrected: Desk) -> None:
    with IndexReader(corrected.folder / "index") as index:
        before = [(term.stem, term.frequency) for term in index.terms()]
    corrected.write({"carikm.toml": 'never_stem = ["pameran", "perundungan"]\n'})
    corrected.call("index").expect(0)
    (corrected.folder / "carikm.toml").unlink()
    assert corrected.call("index", "--json").expect(0).document()["updated"]
    with IndexReader(corrected.folder / "index") as index:
        assert [(term.stem, term.frequency) for term in index.terms()] == before


def test_an_update_with_corrections_equals_a_rebuild(corrected: Desk) -> None:
    corrected.write({"carikm.toml": 'never_stem = ["pameran"]\n[stems]\nbuka = "tutup"\n'})
    corrected.call("index").expect(0)
    corrected.write({"arsip/g.txt": "Pameran dibuka.\n"})
    corrected.call("index").expect(0)
    updated = contents(corrected.folder / "index")
    corrected.call("index", "--rebuild").expect(0)
    assert contents(corrected.folder / "index") == updated


@pytest.mark.parametrize("command", ["search oto", "index", "status", "stem oto", "show a --query oto", "acronyms"])
def test_corrections_that_are_not_understood_are_an_error(corrected: Desk, command: str) -> None:
    before = (corrected.folder / "index" / "carikm.db").read_bytes()
    corrected.write({"carikm.toml": "stop_word = []\n"})
    run = corrected.call(*command.split()).expect(2)
    run.says("'stop_word' is not known (is stop_words meant?)")
    assert corrected.call(*command.split(), "--json").expect(2).error()["code"] == "corrections-invalid"
    assert (corrected.folder / "index" / "carikm.db").read_bytes() == before


def test_no_index_is_begun_with_corrections_that_are_not_understood(desk: Desk) -> None:
    desk.write({**ARTICLES, "carikm.toml": "stop_word = []\n"})
    desk.call("index", "arsip").expect(2)
    assert not (desk.folder / "index").exists()


def test_what_articles_define_is_found_by_either_form(desk: Desk) -> None:
    desk.write(
        {
            "arsip/a.txt": "Dinas Perindustrian (Disperin) membuka pameran.\n",
            "arsip/b.txt": "Kepala Disperin hadir di balai kota.\n",
            "arsip/c.txt": "Dinas Perindustrian memeriksa pabrik.\n",
            "arsip/d.txt": "Dinas lain menutup jalan.\n",
        }
    )
    desk.call("index", "arsip").expect(0)
    assert _found(desk, "disperin") == {"a", "b", "c"}
    assert _found(desk, "disperin", "--no-expand") == {"a", "b"}
    assert _found(desk, "perindustrian", "--no-expand") == {"a", "c"}
    assert _found(desk, "dinas perindustrian") == {"a", "b", "c", "d"}
    found = desk.call("search", "disperin", "--json").expect(0).document()
    assert [(e["reading"], e["source"], e["chunks"]) for e in found["expansions"]] == [
        ("Dinas Perindustrian", "archive", 1)
    ]
    desk.write({"carikm.toml": "[acronyms]\ndisperin = []\n"})
    assert _found(desk, "disperin") == {"a", "b"}
    assert _found(desk, "dinas perindustrian") == {"a", "c", "d"}


def test_an_acronym_none_of_whose_readings_prevails_is_not_expanded(desk: Desk) -> None:
    desk.write(
        {
            "arsip/a.txt": "Pajak Bumi dan Bangunan (PBB) naik.\n",
            "arsip/b.txt": "Partai Bulan Bintang (PBB) berkumpul.\n",
            "arsip/c.txt": "Pajak bumi serta bangunan dibayar.\n",
        }
    )
    desk.call("index", "arsip").expect(0)
    assert _found(desk, "pbb") == {"a", "b"}


def _kinds(desk: Desk, article: str) -> list[tuple[str, str]]:
    """Give the kind and the text of an article's chunks."""
    chunks = desk.call("show", article, "--json").expect(0).document()["chunks"]
    return [(chunk["kind"], chunk["text"]) for chunk in chunks]


LINES = {
    "arsip/a.txt": "Harga kopi naik.\n\nIkuti kami di mana saja\n\nPetani senang.\n",
    "arsip/b.txt": "Harga beras turun.\n\nAdvertisement\n\nPedagang diam.\n",
    "arsip/c.txt": "Harga ikan tetap.\n",
}


def test_a_line_can_be_made_boilerplate_and_taken_back(desk: Desk) -> None:
    desk.write(LINES)
    for path in LINES:
        os.utime(desk.folder / path, (1_600_000_000, 1_600_000_000))
    desk.call("index", "arsip").expect(0)
    body = _kinds(desk, "a")
    desk.write({"carikm.toml": 'boilerplate = ["ikuti  kami di mana saja"]\n'})
    desk.call("search", "kopi").expect(0).says("has changed since the index was built: 1 line of boilerplate.")
    assert "boilerplate: ikuti kami di mana saja" in desk.call("status").expect(0).out
    built = desk.call("index", "--json").expect(0).document()
    assert built["updated"]
    assert ("boilerplate", "Ikuti kami di mana saja") in _kinds(desk, "a")
    desk.call("search", "ikuti").expect(1).says("Boilerplate was left out")
    (desk.folder / "carikm.toml").unlink()
    desk.call("index").expect(0)
    assert _kinds(desk, "a") == body


def test_a_line_can_be_kept_in_the_body(desk: Desk) -> None:
    desk.write(LINES)
    desk.call("index", "arsip").expect(0)
    assert ("boilerplate", "Advertisement") in _kinds(desk, "b")
    desk.write({"carikm.toml": 'not_boilerplate = ["Advertisement"]\n'})
    desk.call("index").expect(0)
    assert [kind for kind, _ in _kinds(desk, "b")] == ["body"]
    desk.call("search", "advertisement").expect(0)


def test_a_learned_line_can_be_overruled(desk: Desk) -> None:
    lines = [f"Kabar nomor {number} tentang hal ke{number} di desa.\n\nKabar Desa Kita\n" for number in range(20, 32)]
    desk.write({f"arsip/{number}.txt": text for number, text in enumerate(lines)})
    desk.call("index", "arsip").expect(0)
    assert ("boilerplate", "Kabar Desa Kita") in _kinds(desk, "0")
    assert desk.call("status", "--boilerplate", "--json").expect(0).document()["boilerplate"]
    desk.write({"carikm.toml": 'not_boilerplate = ["Kabar Desa Kita"]\n'})
    desk.call("index").expect(0)
    assert [kind for kind, _ in _kinds(desk, "0")] == ["body"]
    assert desk.call("status", "--boilerplate", "--json").expect(0).document()["boilerplate"] == []
    updated = [_kinds(desk, str(number)) for number in range(12)]
    desk.call("index", "--rebuild").expect(0)
    assert [_kinds(desk, str(number)) for number in range(12)] == updated


def test_an_expansion_is_found_only_as_a_whole(desk: Desk) -> None:
    desk.write(
        {
            "arsip/a.txt": "Pemerintah Kota (Pemkot) membuka taman.\n",
            "arsip/b.txt": "Di kota itu, kata juru bicara pemerintah, taman ditutup.\n",
            "arsip/c.txt": "Pemerintah\nkota merawat taman. Kota ramai.\n",
            "arsip/d.txt": "Pemerintahan kota berganti.\n",
        }
    )
    desk.call("index", "arsip").expect(0)
    assert _found(desk, "pemkot") == {"a", "c"}
    hits = desk.call("search", "pemkot", "--json").expect(0).document()["hits"]
    text, marks = hits[1]["chunk"]["text"], hits[1]["highlights"]
    assert [text[start:end] for start, end in marks][:2] == ["Pemerintah", "kota"]


def test_an_ordinary_word_is_no_acronym_for_having_been_one_once(desk: Desk) -> None:
    desk.write({f"arsip/{n:02}.txt": f"Ada kode nomor {n} di pintu.\n" for n in range(25)})
    desk.write({"arsip/a.txt": "Komisi Demokrasi (Kode) berapat.\n", "arsip/b.txt": "Komisi Demokrasi bubar.\n"})
    desk.call("index", "arsip").expect(0)
    assert "b" not in _found(desk, "kode", "-n", "100")
    assert desk.call("search", "kode", "--json").expect(0).document()["expansions"] == []


def test_acronyms_are_listed_as_corrected(desk: Desk) -> None:
    desk.write({"arsip/a.txt": "Komisi Demokrasi (Kode) berapat. Dinas Perindustrian (Disperin) hadir.\n"})
    desk.call("index", "arsip").expect(0)
    desk.write({"carikm.toml": '[acronyms]\nKode = []\nIKM = "industri kecil dan menengah"\n'})
    rows = desk.call("acronyms").expect(0).out.splitlines()
    assert rows == ["Disperin\tDinas Perindustrian\t1\ta:1", "ikm\tindustri kecil menengah\t0\tcarikm.toml"]
    assert desk.call("acronyms", "kecil", "--json").expect(0).document()["acronyms"][0]["refs"] == []
    desk.call("acronyms", "kode").expect(1)


@pytest.mark.parametrize(
    "line", ["Ikuti kami\u2028di Instagram", "***", "Kami menulis setiap hari. " * 60 + "Sampai jumpa."]
)
def test_any_line_can_be_corrected_and_taken_back(desk: Desk, line: str) -> None:
    """Also one with a strange separator in it, without a word, or so long that no chunk holds the whole of it."""
    desk.write({"arsip/a.txt": f"Harga kopi naik hari ini.\n\n{line}\n\nPetani senang.\n"})
    desk.call("index", "arsip").expect(0)
    for text in (f"boilerplate = [{json.dumps(line)}]\n", ""):
        desk.write({"carikm.toml": text})
        desk.call("index").expect(0)
        updated = _kinds(desk, "a")
        desk.call("index", "--rebuild").expect(0)
        assert _kinds(desk, "a") == updated


def test_corrections_hold_for_handles_compounds_and_roots_that_are_names(desk: Desk) -> None:
    desk.write(
        {
            "arsip/a.txt": "Warga datang ke Manahan lagi. " * 12,
            "arsip/b.txt": "Kata @jokowi dan Jokowi: kerja sama itu kerjasama. Ini @manahan.\n",
            "carikm.toml": '[stems]\njokowi = "joko"\nkerjasama = "gotong"\nsolo = "manahan"\n',
            "arsip/c.txt": "Joko gotong royong di Solo.\n",
        }
    )
    desk.call("index", "arsip").expect(0)
    assert _analysis(desk, "@jokowi")["forms"] == _analysis(desk, "jokowi")["forms"] == ["@jokowi", "joko", "jokowi"]
    assert {"kerja sama", "kerjasama", "gotong"} <= set(_analysis(desk, "kerjasama")["forms"])
    assert {"@manahan", "manahan", "solo"} <= set(_analysis(desk, "solo")["forms"])
    told = [(word, _analysis(desk, word)["stem"], _analysis(desk, word)["decided_by"]) for word in ("@jokowi", "solo")]
    assert told == [("@jokowi", "joko", "user"), ("solo", "manahan", "user")]
    assert (_analysis(desk, "@manahan")["stem"], _analysis(desk, "@manahan")["decided_by"]) == ("manahan", "name")


def test_an_analysis_is_the_indexs_until_corrections_are_in_it(corrected: Desk) -> None:
    def told(word: str) -> tuple[str, str]:
        analysis = _analysis(corrected, word)
        return analysis["stem"], analysis["decided_by"]

    corrected.write({"carikm.toml": 'never_stem = ["kendaraan", "perlogaman"]\n'})
    assert told("kendaraan") == ("kendara", "Sastrawi")
    assert told("perlogaman") == ("perlogaman", "user"), "the index has no such form"
    corrected.call("index").expect(0)
    assert told("kendaraan") == ("kendaraan", "user")


def test_a_synonym_of_a_stop_word_scores_above_nothing(desk: Desk) -> None:
    desk.write({"arsip/a.txt": "Pabrik logam besar.\n", "arsip/b.txt": "Industri dan usaha.\n"})
    desk.write({"carikm.toml": '[synonyms]\ndan = ["logam"]\n'})
    desk.call("index", "arsip").expect(0)
    hits = desk.call("search", "dan industri", "--json").expect(0).document()["hits"]
    assert len(hits) == 2 and all(hit["score"] > 0 for hit in hits)


def test_a_file_without_end_is_refused(corrected: Desk) -> None:
    os.mkfifo(corrected.folder / "carikm.toml")
    corrected.call("search", "oto").expect(2).says("it is no file")
    (corrected.folder / "carikm.toml").unlink()
    for text in ("#" * 1_000_001, "x = " + "1" * 5000):
        corrected.write({"carikm.toml": text})
        corrected.call("search", "oto").expect(2)


def test_how_large_an_article_may_be(corrected: Desk) -> None:
    """A file comes and goes as its size is allowed, and every command says the same of it."""
    corrected.write({"arsip/besar.txt": "Gerobak tua.\n" * 100, "carikm.toml": "largest_file_mb = 0.001\n"})
    run = corrected.call("index").expect(0)
    assert "besar.txt: larger than 0.001 MB; carikm.toml may allow it: largest_file_mb" in run.out
    assert corrected.call("search", "mobil").expect(1).err.count("stale") == 0
    corrected.call("index", "arsip/besar.txt").expect(2).says("larger than 0.001 MB")
    corrected.write({"carikm.toml": "largest_file_mb = 0.01\n"})
    corrected.call("search", "oto").expect(0).says("The index is stale: 1 file differs")
    corrected.call("index").expect(0)
    assert _found(corrected, "tua") == {"besar"}
    hits = corrected.call("search", "tua", "--jsonl").expect(0).output
    (corrected.folder / "hits.jsonl").write_bytes(hits)
    corrected.call("verify", "hits.jsonl").expect(0)
    corrected.write({"carikm.toml": "largest_file_mb = 0.001\n"})
    corrected.call("index").expect(0)
    assert _found(corrected, "tua") == set()
    (status,) = corrected.call("status", "--json").expect(0).documents()
    assert [file["path"] for file in status["skipped"]] == ["arsip/besar.txt"]


def test_an_article_that_is_larger_than_any_may_be_unless_allowed(corrected: Desk) -> None:
    corrected.write({"arsip/besar.txt": "Gerobak tua.\n" + "=" * 5_000_000, "carikm.toml": "largest_file_mb = 6\n"})
    corrected.call("index").expect(0)
    checked = corrected.call("doctor", "--all").expect(0).out
    assert "besar.txt" not in checked and "6 compared with their files" in checked
    (corrected.folder / "hits.jsonl").write_bytes(corrected.call("search", "gerobak", "--jsonl").expect(0).output)
    names = str(corrected.folder / "hits.jsonl"), "--corpus", str(corrected.folder / "arsip")
    corrected.call("verify", *names, folder=corrected.folder.parent).expect(0)
    corrected.write({"arsip/besar.txt": "Gerobak tua.\n" + "=" * 5_000_001})
    assert len(corrected.call("show", "besar", "--raw").expect(0).output) == 5_000_014
    corrected.call("index", "arsip/besar.txt").expect(0)
    corrected.write({"carikm.toml": ""})
    assert "besar.txt: larger than 5 MB" in corrected.call("doctor", "--all").expect(0).out


def test_doctor_names_corrections_that_cannot_be_understood(corrected: Desk) -> None:
    corrected.call("index").expect(0)
    corrected.write({"carikm.toml": "largest_file_mb = 'besar'\n"})
    checked = corrected.call("doctor").expect(0).out
    assert checked.count("largest_file_mb is a text; expected a number above 0") == 1
