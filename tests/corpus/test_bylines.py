"""An author is read where a line names one; editors, initials, desks and sentences are none."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import carikm.corpus.bylines as bylines_module
from carikm.corpus import CERTAIN, DOUBTFUL, LIKELY
from carikm.corpus.bylines import read_byline, read_closing_byline, read_name_in_capitals


@pytest.mark.parametrize(
    ("line", "author", "certainty"),
    [
        ("Penulis: Rina Ayu", "Rina Ayu", CERTAIN),
        ("Penulis : Rina Ayu Editor : Budi Santoso", "Rina Ayu", CERTAIN),
        ("Penulis: Kontributor Makassar, Rina Ayu", "Rina Ayu", CERTAIN),
        ("Reporter: M. Yazid", "M. Yazid", CERTAIN),
        ("Reporter Magang: Rina Ayu Andayani", "Rina Ayu Andayani", CERTAIN),
        ("Reporter: Ronald Sumber: Merdeka", "Ronald", CERTAIN),
        ("Reporter: Rina Ayu (Liputan6.com)", "Rina Ayu", CERTAIN),
        ("Pewarta: Rina Ayu", "Rina Ayu", CERTAIN),
        ("Pewarta: Rina Ayu dan Budi Santoso", "Rina Ayu, Budi Santoso", CERTAIN),
        ("Oleh: drg. Rina Ayu", "drg. Rina Ayu", CERTAIN),
        ("Oleh : Dr Abdul Mu’ti (Ketua Paguyuban)", "Dr Abdul Mu’ti", CERTAIN),
        ("OLEH: RINA AYU", "Rina Ayu", CERTAIN),
        ("Penulis: Moh. Yazid, pegiat pasar desa, tinggal di Semarang", "Moh. Yazid", CERTAIN),
        ("Laporan Wartawan Tribunnews.com, Rina Ayu", "Rina Ayu", CERTAIN),
        ("Laporan Wartawan Tribun Jabar, Rina Ayu", "Rina Ayu", CERTAIN),
        ("Oleh Rina Ayu", "Rina Ayu", LIKELY),
        ("Penulis Rina Ayu Larasati", "Rina Ayu Larasati", LIKELY),
        ("Redaksi Solopos.com  /  Rina Ayu  | SOLOPOS.com", "Rina Ayu", LIKELY),
        ("Rina Ayu | Kompas.com", "Rina Ayu", LIKELY),
        ("Rina Ayu - detikNews", "Rina Ayu", LIKELY),
        ("Rina Ayu, CNN Indonesia | Senin, 04/05/2020 10:00 WIB", "Rina Ayu", LIKELY),
        ("Rina Ayu, Jurnalis · Senin 4 Mei 2020 10:00 WIB", "Rina Ayu", LIKELY),
    ],
)
def test_bylines(line: str, author: str, certainty: str) -> None:
    found = read_byline(line)
    assert found is not None
    assert (found.author, found.certainty) == (author, certainty)


def test_a_name_may_stand_below_its_label() -> None:
    found = read_byline("Penulis", "Rina Ayu")
    assert found is not None and (found.author, found.certainty) == ("Rina Ayu", LIKELY)
    assert read_byline("Penulis", "Rapat itu dihadiri warga.") is None


def test_names_below_a_label_may_be_many_but_none_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ", ".join(["Rina Ayu", "Budi Santoso"] * 40)
    found = read_byline("Oleh:", names)
    assert found is not None and found.author == names
    asked: list[str] = []
    monkeypatch.setattr(bylines_module, "_author", lambda written, **_: asked.append(written))
    for endless in ("X" * 5_000, f"Rina Ayu{' ' * 5_000}Santoso", f"Rina Ayu, {'X' * 200}"):
        assert read_byline("Oleh:", endless) is None
    assert asked == []


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Penulis",
        "Editor: Budi Santoso",
        "Penulis: rin/bud",
        "Penulis: RIN",
        "Oleh: Tim Redaksi",
        "Penulis: Kompas.com",
        "Sumber: Merdeka.com",
        "(ant/abc)",
        "Jakarta, CNN Indonesia",
        "Tim detikcom - detikNews",
        "Oleh karena itu warga diminta bersabar",
        "Oleh Pemerintah Kota Semarang",
        "Laporan wartawan di lapangan, ada tiga warga yang terluka ringan.",
        "OLEH: RINA AYU saya mendengar kabar itu kemarin malam",
        "Rina Ayu, pedagang di pasar itu, mengeluh.",
        "Penulis: " + "Rina " * 60,
    ],
)
def test_a_line_that_names_no_author(line: str) -> None:
    assert read_byline(line) is None
    assert read_closing_byline(line) is None


@pytest.mark.parametrize(
    ("line", "author", "certainty"),
    [
        ("Pasar itu kini ramai lagi. Reporter: Rina Ayu Sumber: Merdeka.com", "Rina Ayu", CERTAIN),
        ("Kabar itu tidak benar. (Ditulis oleh Moch. Yazid) 1 2", "Moch. Yazid", CERTAIN),
        ("Artikel ini ditulis oleh Rina Ayu, peserta magang.", "Rina Ayu", CERTAIN),
        ("Disadur dari laman klub,(Penulis Rina Ayu/ Editor Budi Santoso, published 1/9/2019)", "Rina Ayu", CERTAIN),
        ("Rina Ayu. Dosen pada sebuah universitas di Semarang.", "Rina Ayu", LIKELY),
        ("Pasar itu kini ramai lagi. (Suara.com/Rina Ayu)", "Rina Ayu", LIKELY),
        ("“Kami senang,” katanya. (Rina Ayu)", "Rina Ayu", DOUBTFUL),
        ("“Kami senang.”(Rina Ayu/bud)", "Rina Ayu", DOUBTFUL),
    ],
)
def test_bylines_at_the_foot(line: str, author: str, certainty: str) -> None:
    found = read_closing_byline(line)
    assert found is not None
    assert (found.author, found.certainty) == (author, certainty)


@pytest.mark.parametrize(
    "line",
    [
        "Pasar itu kini ramai lagi. (rin/bud)",
        "Pasar itu kini ramai lagi. (Antara)",
        "Pasar itu kini ramai lagi. (The Guardian)",
        "Rapat dipimpin Badan Usaha Milik Desa (Bumdes Maju)",
        "Rina Ayu, dosen universitas itu, tidak hadir.",
        "Menurut penulis Rina Ayu, pasar itu kini ramai.",
    ],
)
def test_what_names_no_author_at_the_foot(line: str) -> None:
    assert read_closing_byline(line) is None


def test_names_in_capitals() -> None:
    found = read_name_in_capitals("“Kami senang,” kata dia.,RINA AYU | BISNIS")
    assert found is not None and (found.author, found.certainty) == ("Rina Ayu", DOUBTFUL)
    assert read_name_in_capitals("DAILY MAIL | CNBC") is None
    assert read_name_in_capitals("Rapat itu dihadiri PKK") is None


_PIECES = ["Rina Ayu", "BUDI SANTOSO", "Al", "Penulis:", "Oleh", "Redaksi Solopos.com /", "Editor", "detikNews", "dan"]


@given(st.lists(st.sampled_from([*_PIECES, *".:,()|/- \t"]), max_size=12).map(" ".join))
@example("Penulis: Rina Ayu, BUDI SANTOSO | Editor")
@example("Rina Ayu - detikNews")
@example("Kami senang. (BUDI SANTOSO)")
def test_an_author_is_never_empty_and_reads_as_the_line_does(text: str) -> None:
    for found in (read_byline(text), read_closing_byline(text), read_name_in_capitals(text)):
        if found:
            assert found.author.strip() == found.author != ""
            for name in found.author.split(", "):
                assert name.casefold() in " ".join(text.split()).casefold()


@given(
    st.lists(
        st.sampled_from(
            [
                "Penulis",
                "PEWARTA",
                "(",
                ")",
                ":",
                "[",
                "]",
                "/",
                ". ",
                " ",
                "  ",
                "Rina",
                "Ayu",
                "artikel ini ditulis oleh ",
            ]
        ),
        max_size=12,
    ).map("".join)
)
def test_the_end_of_a_long_line_is_read_as_a_short_line_is(end: str) -> None:
    line = "kata demi kata " * 20 + end
    assert read_closing_byline(line) == read_closing_byline(line[-160:])
