"""The query language as a user meets it: what is found, what is said."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.harness import Desk

ARTICLES = {
    "arsip/2019/logam.txt": "Sentra Logam Tugu Ramai\n\nKamis, 7 Maret 2019\n\nSOLOPOS.COM, Semarang – "
    "Perajin di sentra logam itu menempa pisau. Pengunjung datang dari luar kota.\n",
    "arsip/2019/batik.txt": "Perajin Batik Pindah ke Sentra Baru\n\n"
    "Mereka menjual kain, bukan logam. Harga sewa di sentra itu murah, kata Anti-Korupsi Watch.\n",
    "arsip/2021/pasar.txt": "Pasar Besi Tua Ditutup\n\nSenin, 1 Februari 2021\n\nSUARAMERDEKA.COM, Semarang – "
    "Logam bekas menumpuk. Para pedagang menempati sentra darurat di tepi kali.\n",
    "arsip/2021/kopi.txt": "Kedai Kopi Dibuka\n\nKopi robusta dari lereng gunung dijual di kedai kerja sama warga.\n",
    "arsip/2021/kopi2.txt": "Panen Kopi\n\nPetani kopi robusta memetik buah merah bekerjasama dengan koperasi.\n",
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = Desk(tmp_path_factory.mktemp("language"))
    desk.write(ARTICLES)
    desk.call("index", "arsip", "--index", "index").expect(0)
    return desk


def _found(desk: Desk, *arguments: str) -> set[str]:
    run = desk.call("search", "--index", "index", "--json", *arguments)
    found = {hit["article"]["id"] for hit in run.document()["hits"]}
    run.expect(0 if found else 1)
    return found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("sentra logam", {"logam", "batik", "pasar"}),
        ('"sentra logam"', {"logam"}),
        ('"SENTRA, Logam!"', {"logam"}),
        ('"logam sentra"', set()),
        ('"logam sentra"~0', {"logam"}),
        ('"logam sentra"~5', {"logam", "batik", "pasar"}),
        ('"logam sentra"~2', {"logam"}),
        ('"kopi robusta"', {"kopi", "kopi2"}),
        ("=menempa", {"logam"}),
        ("=tempa", set()),
        ("tempa", {"logam"}),
        ("+logam pedagang", {"logam", "batik", "pasar"}),
        ("sentra -logam", set()),
        ("sentra -pedagang", {"logam", "batik"}),
        ("sentra AND kain", {"batik"}),
        ("sentra DAN (kain OR pedagang)", {"batik", "pasar"}),
        ("kopi ATAU kain", {"kopi", "kopi2", "batik"}),
        ("sentra NOT kain", {"logam", "pasar"}),
        ("sentra BUKAN kain", {"logam", "pasar"}),
        ("anti-korupsi", {"batik"}),
        ("sentra-logam", {"logam", "batik", "pasar"}),
        ("sentra-kain", {"batik"}),
        ("+kopi-kain", set()),
        ("xyzzy-kain", {"batik"}),
        ("xyzzy-2019", set()),
        ("di-tempa", {"logam"}),
        ("kopi-kain robusta", {"kopi", "kopi2"}),
        ("yang sentra", {"logam", "batik", "pasar"}),
        ('yang "sentra logam"', {"logam"}),
        ("yang =menempa", {"logam"}),
        ("di robus*", {"kopi", "kopi2"}),
        ("yang judul:sentra", {"logam", "batik"}),
        ("sumber:(solopos OR merdeka) sentra", {"logam", "pasar"}),
        ("sumber:(solopos OR merdeka) +kain", set()),
        ("(sumber:solopos OR judul:pasar) sentra", {"logam", "pasar"}),
        ("sumber:(NOT solopos) sentra", {"batik", "pasar"}),
        ("(-sumber:solopos) sentra", {"batik", "pasar"}),
        ("tanggal:(2020 OR 2021) sentra", {"pasar"}),
        ("-anti-korupsi logam", {"logam", "pasar"}),
        ("robus*", {"kopi", "kopi2"}),
        ("*busta", {"kopi", "kopi2"}),
        ("r*sta", {"kopi", "kopi2"}),
        ("logm~", {"logam", "batik", "pasar"}),
        ("zzzz*", set()),
        ("judul:sentra", {"logam", "batik"}),
        ('judul:"sentra logam"', {"logam"}),
        ("judul:(pasar OR kopi)", {"pasar", "kopi", "kopi2"}),
        ("judul:kopi robusta", {"kopi", "kopi2"}),
        ("title:sentra kain", {"batik"}),
        ("sumber:solopos sentra", {"logam"}),
        ("sumber:merdeka", {"pasar"}),
        ("sumber:solopos sumber:merdeka sentra", {"logam", "pasar"}),
        ("-sumber:solopos sentra", {"batik", "pasar"}),
        ("berkas:2019 sentra", {"logam", "batik"}),
        ("berkas:2021/k* kopi", {"kopi", "kopi2"}),
        ("berkas:arsip/2021/pasar.txt logam", {"pasar"}),
        ("tanggal:2021 sentra", {"pasar"}),
        ("tanggal:2019-03..2020 sentra", {"logam"}),
        ("date:2020.. sentra", {"pasar"}),
        ("tanggal:*", {"logam", "pasar"}),
        ("date:**, kopi", set()),
        ("-tanggal:* sentra", {"batik"}),
        ("sumber:* sentra", {"logam", "pasar"}),
        ("-sumber:* sentra", {"batik"}),
        ("kopi OR sumber:*", {"logam", "pasar", "kopi", "kopi2"}),
        ("+berkas:* +kain", {"batik"}),
        ("NOT tanggal:2021 sentra", {"logam", "batik", "kopi", "kopi2"}),
        ("sentra NOT tanggal:2021", {"logam", "batik"}),
    ],
)
def test_what_a_query_finds(archive: Desk, query: str, found: set[str]) -> None:
    assert _found(archive, "--", query) == found


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["--all", "sentra kain"], {"batik"}),
        (["--all", "kopi kerjasama"], {"kopi", "kopi2"}),
        (["--all", "kopi kerja sama"], {"kopi", "kopi2"}),
        (["--all", "sentra OR kopi"], {"logam", "batik", "pasar", "kopi", "kopi2"}),
        (["--all", "harga di sentra yang murah"], {"batik"}),
        (["--source", "solopos", "sentra"], {"logam"}),
        (["--source", "solopos", "--source", "merdeka", "sentra"], {"logam", "pasar"}),
        (["--source", "solopos, merdeka", "sentra"], {"logam", "pasar"}),
        (["--source", "tidak ada", "sentra"], set()),
        (["--source", "*", "sentra"], {"logam", "pasar"}),
        (["--since", "2020", "sentra"], {"pasar"}),
        (["--since", "2020", "--undated", "sentra"], {"pasar", "batik"}),
        (["--literal", "sentra -kain"], {"logam", "batik", "pasar"}),
        (["--literal", "kopi AND kain"], {"kopi", "kopi2", "batik"}),
        (["--literal", "sentra-kain"], {"batik"}),
        (["--all", "logam-sentra -kain"], {"logam", "pasar"}),
        (["--all", 'yang "sentra logam"'], {"logam"}),
    ],
)
def test_what_options_find(archive: Desk, arguments: list[str], found: set[str]) -> None:
    assert _found(archive, *arguments) == found


def test_words_of_a_query_may_stand_in_different_paragraphs_of_an_article(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    filler = " ".join(["paragraf", "panjang", "sekali"] * 25)
    desk.write({"a/x.txt": f"Gula {filler}.\n\nTeh {filler}.\n", "a/y.txt": f"Gula dan teh {filler}.\n"})
    desk.call("index", "a", "--index", "index").expect(0)
    assert _found(desk, "gula AND teh") == {"y"}
    assert _found(desk, "gula AND teh", "--by-article") == {"x", "y"}
    assert _found(desk, "gula NOT teh") == {"x"}
    assert _found(desk, "gula NOT teh", "--by-article") == set()


@pytest.mark.parametrize(
    "pasted",
    [
        'Kata dia: "sentra logam itu',
        "sentra (logam",
        "logam) dan: sentra",
        "[sentra] {logam} <b>",
        "Sumber:Antara logam",
        "- logam – sentra —",
        "*logam* _sentra_",
        '"" logam',
        "tanggal:Senin logam",
    ],
)
def test_what_was_pasted_finds_its_words(archive: Desk, pasted: str) -> None:
    run = archive.call("search", "--index", "index", "--", pasted).expect(0)
    assert "logam" in run.out.lower()


def test_what_was_not_understood_is_pointed_at(archive: Desk) -> None:
    run = archive.call("search", "--index", "index", 'kain "sentra logam').expect(0)
    run.says("This quote is not closed", '  kain "sentra logam\n       ^\n')
    document = archive.call("search", "--index", "index", 'kain "sentra logam', "--json").document()
    assert document["notes"] == [{"message": "This quote is not closed; the query was taken as words", "position": 5}]
    assert document["understood"] is None


@pytest.mark.parametrize(
    ("query", "slip", "field", "position"),
    [
        ("sumbr:kompas", "sumbr", "sumber", 0),
        ("logam -judl:sentra", "judl", "judul", 7),
        ('tangal:"7 Maret" AND logam', "tangal", "tanggal", 0),
        ("logam (souce:kompas)", "souce", "source", 7),
        ("site:kompas logam", "site", "sumber", 0),
    ],
)
@pytest.mark.parametrize("options", [[], ["--all"]])
def test_a_field_that_is_none_is_named_with_the_one_that_may_be_meant(
    archive: Desk, query: str, slip: str, field: str, position: int, options: list[str]
) -> None:
    run = archive.call("search", "--index", "index", "--json", *options, query)
    message = f"{slip}: is no field, and was taken as a word; {field}: may be meant"
    assert run.document()["notes"] == [{"message": message, "position": position}]
    run.says(f"{message}.", query, "^")


@pytest.mark.parametrize(
    "text",
    [
        *("https://x.id/a logam", "pukul 10:30", "Sukabumi: logam", "Sumbr:logam", "skor:3", "kata dia:logam"),
        *('"sumbr:kompas"', "sumbr: kompas", "berkata:logam", "path://x", "sumber:solopos"),
    ],
)
def test_a_colon_in_running_text_is_nothing_to_speak_of(archive: Desk, text: str) -> None:
    run = archive.call("search", "--index", "index", "--json", text)
    assert run.document()["notes"] == []
    assert "no field" not in run.err
    assert archive.call("search", "--index", "index", "--json", "--literal", "sumbr:logam").document()["notes"] == []


def test_a_syntax_error_is_pointed_at(archive: Desk) -> None:
    run = archive.call("search", "--index", "index", "sentra AND").expect(2)
    run.says("Expected a word behind AND", "  sentra AND\n         ^\n", "--literal")
    error = archive.call("search", "--index", "index", "sentra AND", "--json").expect(2).error()
    assert error["code"] == "query-syntax"
    assert error["position"] == 7
    archive.call("search", "--index", "index", "tanggal:2020-13 logam").expect(2).says("2020-13", "2019..2020-06")


def test_the_query_is_told_as_it_was_read(archive: Desk) -> None:
    document = archive.call("search", "--index", "index", "sentra  ATAU (logam)", "--json").document()
    assert document["understood"] == "sentra OR logam"
    assert document["terms"] == ["sentra", "logam"]
    assert archive.call("search", "--index", "index", "sentra logam", "--json").document()["understood"] is None


def test_a_phrase_is_marked_whole_and_its_words_are_not_marked_alone(archive: Desk) -> None:
    hit = archive.call("search", "--index", "index", '"sentra logam"', "--json").document()["hits"][0]
    marked = [hit["chunk"]["text"][start:end].lower() for start, end in hit["highlights"]]
    assert set(marked) == {"sentra logam"}


def test_no_article_floods_the_first_page(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    paragraph = "Harga beras naik lagi di pasar. " + "Pedagang mengeluh soal pasokan. " * 20
    desk.write({"a/banyak.txt": "\n\n".join([paragraph] * 5), "a/satu.txt": "Beras murah dijual.\n"})
    desk.call("index", "a", "--index", "index").expect(0)

    def hits(*options: str) -> list[tuple[str, int]]:
        document = desk.call("search", "beras", "--index", "index", "--json", *options).document()
        return [(hit["article"]["id"], hit["more_in_article"]) for hit in document["hits"]]

    assert sorted(hits()) == [("banyak", 0), ("banyak", 3), ("satu", 0)]
    assert len(hits("--all-chunks")) == 6
    assert len(hits("--article", "banyak")) == 5
    assert sorted(hits("--by-article")) == [("banyak", 0), ("satu", 0)]
    assert "+3 more in this article: --article=ban" in desk.call("search", "beras", "--index", "index").out


def test_copies_are_one_hit(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    body = " ".join(f"kata{i} beras" for i in range(120))
    desk.write({f"a/{name}.txt": f"{name}, Senin (1/2/2021)\n\n{body}\n" for name in ("Solopos", "Antara", "Tempo")})
    desk.write({"a/lain.txt": "Beras lain sama sekali.\n"})
    desk.call("index", "a", "--index", "index").expect(0)
    document = desk.call("search", "beras", "--index", "index", "--json").document()
    assert {hit["article"]["id"] for hit in document["hits"]} == {"Antara", "lain"}
    copied = next(hit for hit in document["hits"] if hit["article"]["id"] == "Antara")
    assert {copy["id"] for copy in copied["copies"]} == {"Solopos", "Tempo"}
    assert _found(desk, "beras", "--duplicates") == {"Antara", "Solopos", "Tempo", "lain"}
    assert "+2 more like it" in desk.call("search", "beras", "--index", "index").out
    assert "--duplicates" in desk.call("search", "beras", "--index", "index").out


def test_hits_in_order_of_their_dates(archive: Desk) -> None:
    def order(*options: str) -> list[str]:
        document = archive.call(
            "search", "sentra logam", "--by-article", "--index", "index", "--json", *options
        ).document()
        return [hit["article"]["id"] for hit in document["hits"]]

    assert order("--sort", "date") == ["pasar", "logam", "batik"]
    assert order("--sort", "oldest") == ["logam", "pasar", "batik"]


def test_hits_are_counted_by_outlet_and_year(archive: Desk) -> None:
    document = archive.call("search", "sentra", "--index", "index", "--json", "--facets", "-n", "1").document()
    sources = {facet["value"]: facet["hits"] for facet in document["facets"]["sources"]}
    years = {facet["value"]: facet["hits"] for facet in document["facets"]["years"]}
    assert sources == {"Solopos": 1, "Suara Merdeka": 1, None: 1}
    assert years == {"2019": 1, "2021": 1, None: 1}
    assert "facets" not in archive.call("search", "sentra", "--index", "index", "--json").document()
    assert "year\t2019\t1\n" in archive.call("search", "sentra", "--index", "index", "--facets").out
    assert "█" in archive.terminal("search", "sentra", "--index", "index", "--facets").plain


def test_a_terminal_shows_the_years_of_most_hits_in_order_of_time(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    # Of each later year there is one article more than of the one before; of those without a date, one.
    for year in range(2001, 2014):
        desk.write({f"a/{year}-{n}.txt": f"Senin (1/2/{year})\n\nBeras {year} {n}.\n" for n in range(year - 2000)})
    desk.write({"a/lama.txt": "Beras yang sudah lama sekali.\n"})
    desk.call("index", "a").expect(0)
    command = ["search", "beras", "--facets", "-n", "1", "--by-article"]
    shown = desk.terminal(*command).plain.partition("articles by year")[2].splitlines()[1:]
    assert [line.split("  ")[0] for line in shown[:10]] == [*map(str, range(2005, 2014)), "no date"]
    assert shown[10] == "and 10 in 4 more"
    piped = [line.split("\t")[1:] for line in desk.call(*command).out.splitlines() if line.startswith("year\t")]
    assert piped == [*([str(year), str(year - 2000)] for year in range(2001, 2014)), ["no date", "1"]]


def test_hits_are_gathered_by_outlet(archive: Desk) -> None:
    out = archive.call("search", "sentra", "--index", "index", "--group", "source").expect(0).out
    assert "Suara Merdeka · 1 chunk\n" in out
    assert "no outlet known · 1 chunk\n" in out


def test_articles_of_no_known_outlet_are_counted(archive: Desk) -> None:
    run = archive.call("search", "--index", "index", "sentra", "--source", "solopos").expect(0)
    run.says("1 chunk of articles without a known outlet was left out", "berkas:")
    document = archive.call("search", "--index", "index", "sumber:solopos kain", "--json").document()
    assert document["left_out"]["sourceless"] == 1
    document = archive.call("search", "--index", "index", "sentra OR sumber:solopos", "--json").document()
    assert document["left_out"]["sourceless"] == 2  # the coffee, which has no sentra
    document = archive.call("search", "--index", "index", "sentra -sumber:solopos", "--json").document()
    assert document["left_out"]["sourceless"] == 0


def test_an_outlet_that_is_none_is_named(archive: Desk) -> None:
    run = archive.call("search", "--index", "index", "sentra sumber:solpos").expect(1)
    run.says("No outlet has 'solpos' in its name. Like it are: Solopos.", "Did you mean:")
    assert "Like it are" not in archive.call("search", "--index", "index", "sentra sumber:qqqq").err


@pytest.mark.parametrize("asked", [["sumber:solpos,solopos"], ["--source", "solpos,solopos"]])
def test_an_outlet_that_is_none_is_named_beside_one_that_is(archive: Desk, asked: list[str]) -> None:
    run = archive.call("search", "--index", "index", "sentra", *asked).expect(0)
    run.says("No outlet has 'solpos' in its name. Like it are: Solopos.")
    help = archive.call("search", "--index", "index", "sentra", *asked, "--json").document()["help"]
    assert help == {
        "words": [],
        "suggestions": [],
        "unknown_sources": [{"name": "solpos", "likest": ["Solopos"]}],
        "instead_of": None,
    }
    known = archive.call("search", "--index", "index", "sentra sumber:solopos", "--json").document()
    assert known["help"] is None


@pytest.mark.parametrize("field", ["tanggal:*", "sumber:*"])
def test_who_asks_for_any_that_is_known_is_told_of_nothing_left_out(archive: Desk, field: str) -> None:
    run = archive.call("search", "--index", "index", f"{field} sentra").expect(0)
    assert "left out" not in run.err
    undated = archive.call("search", "--index", "index", f"{field} sentra", "--undated").expect(0)
    assert undated.out == run.out


def test_what_json_leaves_out_is_said(archive: Desk) -> None:
    lines = archive.call("search", "--index", "index", "sentra", "--jsonl", "--facets").expect(0)
    lines.says("JSON lines have hits alone; counts of them are in --json.")
    for form in ("--json", "--jsonl"):
        run = archive.call("search", "--index", "index", "sentra", form, "--group", "source").expect(0)
        run.says("JSON has the hits in their order; --group gathers them for readers.")


def test_a_word_is_said_to_be_in_as_many_chunks_as_a_search_for_it_finds(desk: Desk) -> None:
    gempa = "Gempa mengguncang pantai selatan pada Senin pagi dan merusak puluhan rumah warga.\n"
    desk.write({"seeds/a.txt": gempa, "seeds/b.txt": gempa, "seeds/c.txt": "Gempa di laut.\n"})
    help = desk.call("search", "gempa AND xyz", "--json").expect(1).document()["help"]
    found = desk.call("search", "gempa", "--json").expect(0).document()["total"]
    assert [(word["word"], word["chunks"]) for word in help["words"]] == [("gempa", found), ("xyz", 0)]
    assert found == 3


def test_an_empty_result_counts_what_meets_the_conditions(archive: Desk) -> None:
    def words(*arguments: str) -> list[tuple[str, int, int | None, int | None, int | None]]:
        document = archive.call("search", "--index", "index", "--json", *arguments).expect(1).document()
        keys = ("word", "chunks", "without", "within", "headlines")
        return [tuple(word[key] for key in keys) for word in document["help"]["words"]]

    assert words("judul:robusta") == [("robusta", 2, None, None, 0)]
    assert words("judul:kopi logam") == [("kopi", 2, None, None, 2), ("logam", 3, None, 0, None)]
    assert words("judul:pasar +logam +kain") == [
        ("pasar", 1, None, None, 1),
        ("logam", 3, 0, 1, None),
        ("kain", 1, 1, 0, None),
    ]
    assert words("--all", "logam kain sumber:solopos") == words("--all", "logam kain", "--source", "solopos")
    assert words("--all", "logam kain", "--source", "solopos") == [("logam", 3, 0, 1, None), ("kain", 1, 1, 0, None)]
    assert words("--since", "2022", "kain") == [("kain", 1, None, 0, None)]
    assert words("--article", "pasar", "kain") == [("kain", 1, None, 0, None)]
    assert words("--since", "2022", "--undated", "logam AND kopi")[0] == ("logam", 3, 2, 1, None)
    assert words("judul:=logamnya") == [("logamnya", 0, None, None, 0)]


def test_an_empty_result_tells_what_the_conditions_leave(archive: Desk) -> None:
    run = archive.call("search", "--index", "index", "judul:robusta").expect(1)
    run.says("  robusta  in no headline\n", "Did you mean: robusta  (2 chunks)")
    run = archive.call("search", "--index", "index", "judul:kopi logam").expect(1)
    run.says("  kopi   in 2 headlines\n", "  logam  in 3 chunks, none of them in articles that meet the conditions\n")
    run = archive.call("search", "--index", "index", "judul:pasar +logam +kain").expect(1)
    run.says("  logam  in 3 chunks, 1 of them in articles that meet the conditions\n")


def test_what_killed_a_query_and_what_to_search_for(archive: Desk) -> None:
    run = archive.call("search", "--index", "index", "--all", "sntra logam").expect(1)
    run.says("  sntra  in no chunk", "  logam  in 3 chunks", "Did you mean: sentra logam  (3 chunks)")
    assert _found(archive, "--all", "--auto", "sntra logam") == {"logam", "batik", "pasar"}
    run = archive.call("search", "--index", "index", "--all", "--auto", "sntra logam").expect(0)
    run.says("Nothing found for 'sntra logam'. This is for 'sentra logam'.")
    document = archive.call("search", "--index", "index", "--all", "sntra logam", "--json").document()
    assert document["help"]["suggestions"][0] == {
        "query": "sentra logam",
        "kind": "spelling",
        "total": 3,
        "replaced": [["sntra", "sentra"]],
    }
    assert archive.call("search", "--index", "index", "sentra", "--json").document()["help"] is None


@pytest.mark.parametrize(
    ("query", "suggested"),
    [
        ("sumber:suaramerdekaa logam", 'sumber:"SUARA MERDEKA" logam'),
        ("sumber:solopoz logam", "sumber:SOLOPOS logam"),
        ("sumber:solopoz,merdekaa logam", "sumber:SOLOPOS,SUARAMERDEKA logam"),
        ('sumber:"solo poz" logam', 'sumber:"SOLOPOS" logam'),
        ('sumber:"suara merdeka" logam kopi', None),
        ("topik:robusta zzzqqq", None),
    ],
)
def test_an_outlet_is_corrected_and_a_fields_value_stays_together(
    archive: Desk, query: str, suggested: str | None
) -> None:
    help = archive.call("search", "--index", "index", "--json", query).document()["help"]
    queries = [suggestion["query"] for suggestion in help["suggestions"]] if help else []
    if suggested is not None:
        assert [query.casefold() for query in queries] == [suggested.casefold()]
    assert not any('"suara' in query and 'merdeka"' not in query for query in queries)
    assert not any("topi" in query for query in queries), "what stands before a colon is no misspelled word"


def test_a_mistyped_command_is_told_from_a_query(archive: Desk) -> None:
    archive.call("serach", "logam").expect(2).says("Is search meant?")
    archive.call("kebakaran").expect(2).says("carikm search kebakaran")


def test_articles_and_all_chunks_are_not_asked_for_together(archive: Desk) -> None:
    run = archive.call("search", "--index", "index", "logam", "--by-article", "--all-chunks").expect(2)
    run.says("Articles were asked for", "Choose one of them")


@pytest.mark.parametrize("here", [".", "arsip", "arsip/2021", "elsewhere"])
def test_a_file_is_found_by_its_path_as_a_hit_shows_it(archive: Desk, here: str) -> None:
    folder = archive.folder / here
    folder.mkdir(exist_ok=True)
    index = str(archive.folder / "index")
    shown = archive.call("search", "--index", index, "judul:pasar", folder=folder).out
    (path,) = re.findall(r"\S+pasar\.txt:\d+|pasar\.txt:\d+", shown)
    for pattern in (path, path.partition(":")[0], str(archive.folder / "arsip/2021/pasar.txt")):
        run = archive.call("search", "--index", index, "--json", f"logam berkas:{pattern}", folder=folder).expect(0)
        assert [hit["article"]["id"] for hit in run.document()["hits"]] == ["pasar"]


def test_a_folder_is_found_by_its_whole_path(archive: Desk) -> None:
    assert _found(archive, f"kopi berkas:{archive.folder}/arsip/2021/") == {"kopi", "kopi2"}
    assert _found(archive, f"kopi berkas:{archive.folder}/arsip/") == {"kopi", "kopi2"}
    assert _found(archive, f"kopi berkas:{archive.folder}/") == {"kopi", "kopi2"}
    assert _found(archive, f"kopi berkas:{archive.folder}/lain/") == set()


@pytest.mark.parametrize("pattern", ["[z-a]", "[", "*a*a*a*a*a*a*a*ab", "[!a]*[!b]*[!c]*9", "**", "?", "!x", "#x"])
def test_no_pattern_of_paths_fails_or_takes_long(tmp_path: Path, pattern: str) -> None:
    desk = Desk(tmp_path)
    desk.write({f"a/{'a' * 150}.txt": "Logam.\n"})
    desk.call("index", "a", "--index", "index").expect(0)
    run = desk.call("search", "--index", "index", f"logam berkas:{pattern}", "--json")
    assert run.code in (0, 1)


@pytest.mark.parametrize(
    "query",
    [
        " OR ".join(f"kata{i}" for i in range(300)),
        " ".join(f"+kata{i}" for i in range(300)),
        " ".join(f"kata{i}*" for i in range(30)),
        " ".join(f"berkas:{i}" for i in range(30)),
    ],
)
def test_a_query_of_too_many_parts_is_refused(archive: Desk, query: str) -> None:
    archive.call("search", "--index", "index", query).expect(2).says("at the most")


def test_many_words_and_repeated_parts_are_answered(archive: Desk) -> None:
    words = " ".join(f"kata{i}" for i in range(3000))
    assert _found(archive, f"{words} kain") == {"batik"}
    assert _found(archive, " OR ".join(["kain"] * 2000)) == {"batik"}
    archive.call("search", "--index", "index", "ab" + "*ab" * 30_000).expect(1)


@pytest.mark.parametrize("query", ["kopi~3", "log*~1", "k*", "anti-kor*", "anti-korupsi~1", "*-kopi", "@kop*"])
def test_what_is_almost_a_pattern_is_pointed_at(archive: Desk, query: str) -> None:
    archive.call("search", "--index", "index", query).says("This is no pattern", "log*")


@pytest.mark.parametrize("query", ["judul:-kopi", "+sumber:+solopos kopi", "berkas:-(kopi pasar)"])
def test_a_sign_behind_a_field_is_pointed_at(archive: Desk, query: str) -> None:
    archive.call("search", "--index", "index", "--", query).says("This sign means nothing behind a field")


def test_a_phrase_says_more_than_a_stop_word(archive: Desk) -> None:
    assert "stop word" not in archive.call("search", "--index", "index", 'yang "sentra logam"').expect(0).err
    archive.call("search", "--index", "index", "yang").says("Every word of this query is a stop word")


@pytest.mark.parametrize("query", ["NOT kopi AND xyzzy", "xyzzy AND (BUKAN kopi) AND logam"])
def test_nothing_is_suggested_that_a_not_makes_another_query(archive: Desk, query: str) -> None:
    assert "any of the words" not in archive.call("search", "--index", "index", query).err


def test_what_is_left_out_of_articles_is_counted_in_articles(archive: Desk) -> None:
    by_article = ("--by-article", "--since", "2000", "sentra")
    archive.call("search", "--index", "index", *by_article).says("1 article without a date was left out")
    archive.call("search", "--index", "index", *by_article[1:]).says("1 chunk of articles without a date was left out")


@pytest.mark.parametrize("query", ["=log*", "kopi -=log*am", "(=*gam OR kopi)"])
def test_a_star_in_an_exact_form_is_pointed_at(archive: Desk, query: str) -> None:
    archive.call("search", "--index", "index", query).says("=kata or kata*; the star means nothing")


@pytest.mark.parametrize("query", ['"kain batik"~', '"kain batik"~-1', '"kain batik"~1234', '"kain batik"~x kopi'])
def test_what_is_almost_near_each_other_is_pointed_at(archive: Desk, query: str) -> None:
    archive.call("search", "--index", "index", "--", query).says('a number up to 999: "kata kata"~5')
    assert "up to 999" not in archive.call("search", "--index", "index", '("kain batik"~5) kopi').err


def test_articles_are_matched_with_their_boilerplate(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write({"a/x.txt": "Perajin menempa logam di bengkel kecil itu.\n\nBaca juga: Sentra Besi Dibuka\n"})
    desk.call("index", "a", "--index", "index").expect(0)
    whole = ("--by-article", "--boilerplate")
    assert _found(desk, "logam AND sentra", *whole) == {"x"}
    assert _found(desk, "logam -sentra", *whole) == set()
    assert _found(desk, "logam -sentra", "--by-article") == {"x"}


def test_what_lacks_a_date_is_counted_by_what_the_date_would_change(archive: Desk) -> None:
    def left_out(query: str, *options: str) -> int:
        document = archive.call("search", "--index", "index", query, "--json", *options).document()
        count: int = document["left_out"]["undated"]
        return count

    for query in (
        "sentra tanggal:2021",
        "sentra OR tanggal:2021",
        "sentra -tanggal:2021",
        "tanggal:2021 sumber:tidakada",
    ):
        with_them = archive.call("search", "--index", "index", query, "--undated", "--json").document()["total"]
        without = archive.call("search", "--index", "index", query, "--json").document()["total"]
        assert left_out(query) == max(0, with_them - without)


@pytest.mark.parametrize(
    "query", ["besi sentra", "tanggal:2021", "+sentra", "NOT kain", '"sentra besi"', "judul:logam"]
)
def test_boilerplate_left_out_is_what_boilerplate_would_add(tmp_path: Path, query: str) -> None:
    desk = Desk(tmp_path)
    text = "Perajin Logam Ramai\n\nKamis, 7 Januari 2021\n\nPerajin menempa pisau.\n\nBaca juga: Sentra Besi Dibuka\n"
    desk.write({"a/x.txt": text, "a/y.txt": "Kain dijual di sentra.\n\nBaca juga: Kain Murah\n"})
    desk.call("index", "a", "--index", "index").expect(0)

    def document(*options: str) -> Any:
        return desk.call("search", "--index", "index", query, "--json", *options).document()

    assert document()["left_out"]["boilerplate"] == document("--boilerplate")["total"] - document()["total"]
