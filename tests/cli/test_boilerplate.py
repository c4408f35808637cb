"""Boilerplate that was learned: listed by `status`, left out of searches, found when asked for."""

import pytest

from tests.cli.harness import Desk

PLACES = ["Kendal", "Batang", "Demak", "Jepara", "Kudus", "Pati", "Rembang", "Blora", "Sragen", "Klaten", "Brebes"]
SLOGAN = "Situs Kabar Pesisir menyajikan berita pantai utara setiap hari."
WRITER = "Penulis: SARI UTAMI"


def _article(place: str) -> str:
    return f"""Pasar Ikan {place} Ramai Lagi

Pembeli datang ke pasar ikan {place} sejak subuh untuk memilih bandeng.

"Dagangan habis sebelum siang," ujar seorang pedagang dari {place}.

{SLOGAN}

{WRITER}
"""


@pytest.fixture
def papers(desk: Desk) -> Desk:
    """An archive of two folders; the articles of the first share a slogan and a writer."""
    desk.write({f"arsip/pesisir/{place}.txt": _article(place) for place in PLACES})
    desk.write({f"arsip/gunung/{place}.txt": f"Panen di {place}\n\nWarga {place} memanen jagung." for place in PLACES})
    desk.call("index", "arsip").expect(0)
    return desk


def test_status_lists_the_lines_learned(papers: Desk) -> None:
    rows = papers.call("status", "--boilerplate").expect(0).out.splitlines()
    assert [row.split(maxsplit=2) for row in rows] == [
        ["11", "arsip/pesisir", SLOGAN],
        ["11", "arsip/pesisir", WRITER],
    ]
    document = papers.call("status", "--boilerplate", "--json").expect(0).document()
    about = {"outlet": None, "folder": "arsip/pesisir", "articles": 11, "example": "pesisir/Batang"}
    assert document["boilerplate"] == [about | {"line": SLOGAN}, about | {"line": WRITER}]
    lines = papers.call("status", "--boilerplate", "--jsonl").expect(0).documents()
    assert lines == [{"schema": "carikm.boilerplate/1", **line} for line in document["boilerplate"]]


def test_status_does_not_list_them_unasked(papers: Desk) -> None:
    assert SLOGAN not in papers.call("status").expect(0).out
    assert "boilerplate" not in papers.call("status", "--json").expect(0).document()


def test_an_outlet_that_articles_name_is_named(desk: Desk) -> None:
    desk.write({f"arsip/{place}.txt": f"{place.upper()}, KabarPesisir.com – {_article(place)}" for place in PLACES})
    desk.call("index", "arsip").expect(0)
    (first, _) = desk.call("status", "--boilerplate", "--jsonl").expect(0).documents()
    assert (first["outlet"], first["folder"], first["line"]) == ("KabarPesisir.com", None, SLOGAN)
    assert "KabarPesisir.com  Situs Kabar Pesisir" in desk.call("status", "--boilerplate").expect(0).out


def test_what_was_learned_is_left_out_of_a_search_and_nothing_else(papers: Desk) -> None:
    papers.call("search", "utami").expect(1).says("11 chunks of it match")
    hits = papers.call("search", "utami", "--boilerplate", "--json").expect(0).document()["hits"]
    assert {hit["chunk"]["text"] for hit in hits} == {WRITER}
    chunks = papers.call("show", "pesisir/Pati", "--json").expect(0).document()["chunks"]
    assert [chunk["text"] for chunk in chunks if chunk["kind"] == "boilerplate"] == [SLOGAN, WRITER]
    assert "\n\n".join(chunk["text"] for chunk in chunks) == _article("Pati").rstrip()


def test_a_small_archive_learns_nothing(desk: Desk) -> None:
    desk.write({f"arsip/{place}.txt": _article(place) for place in PLACES[:5]})
    desk.call("index", "arsip").expect(0)
    assert "No line recurs" in desk.call("status", "--boilerplate").expect(0).out
    assert desk.call("status", "--boilerplate", "--jsonl").expect(0).output == b""
    assert desk.call("status", "--boilerplate", "--json").expect(0).document()["boilerplate"] == []


TOWNS = [
    "Tegal",
    "Brebes",
    "Batang",
    "Demak",
    "Kudus",
    "Jepara",
    "Blora",
    "Pati",
    "Klaten",
    "Sragen",
    "Kendal",
    "Rembang",
]


def test_a_sentence_that_closes_every_report_of_its_kind_stays(desk: Desk) -> None:
    for number, place in enumerate(TOWNS):
        text = f"Gempa Guncang {place} Malam Ini\n\nGempa magnitudo 5,{number} mengguncang {place}.\n\n"
        desk.write({f"arsip/{place}.txt": text + "Gempa ini tidak berpotensi tsunami.\n"})
    desk.call("index", "arsip").expect(0)
    assert desk.call("search", "tsunami", "--json").expect(0).document()["total"] == len(TOWNS)


def test_a_name_that_ends_a_list_stays(desk: Desk) -> None:
    for number, place in enumerate(TOWNS[:7]):
        names = f"Siti Nur {number}\n\nRudi {place}\n\nBudi Santoso\n"
        desk.write({f"arsip/{place}.txt": f"Lomba {place} Selesai\n\nLomba itu dimenangi tiga orang.\n\n{names}"})
    desk.call("index", "arsip").expect(0)
    assert desk.call("search", "santoso", "--json").expect(0).document()["total"] == 7
