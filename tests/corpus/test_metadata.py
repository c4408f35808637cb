"""Headline, outlet, dateline, author and date are read where an article states them, and never guessed."""

import pytest

from carikm.corpus import CERTAIN, DOUBTFUL, LIKELY
from carikm.corpus.metadata import Found, Metadata, NumberedLine, read_metadata, without_dateline

HEADLINE = "Pasar Lama Dibuka Kembali Pekan Ini"
BODY = "Pemerintah kota membuka kembali pasar lama setelah dua tahun diperbaiki."


def _read(*lines: str) -> Metadata:
    return read_metadata([NumberedLine(number, text) for number, text in enumerate(lines, start=1) if text])


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("Rabu, 1 Maret 2017 - 01:50 WIB", "2017-03-01"),
        ("Diterbitkan pada 01/03/2017 pukul 10.30", "2017-03-01"),
        ("Kabar.com | Rabu (1/3/2017) 10:30:15 WITA", "2017-03-01"),
        ("Published on 2017-03-01", "2017-03-01"),
        ("Budi Santoso, CNN Indonesia | Rabu, 01/03/2017 10:30 WIB", "2017-03-01"),
    ],
)
def test_a_date_line_of_the_header_is_the_date(line: str, date: str) -> None:
    assert _read(HEADLINE, line, BODY).date == Found(date, 2, "date line", CERTAIN)


@pytest.mark.parametrize("line", ["1 Maret 2017", "Selasa, 1 Maret 2017"])
def test_a_date_line_with_nothing_to_confirm_it_is_less_certain(line: str) -> None:
    assert _read(HEADLINE, line, BODY).date == Found("2017-03-01", 2, "date line", LIKELY)


@pytest.mark.parametrize("line", ["Hari/tgl : Rabu, 1 Maret 2017", "“Pada 1 Maret 2017.”"])
def test_the_date_of_an_invitation_or_a_quotation_is_no_date_line(line: str) -> None:
    found = _read(HEADLINE, line, BODY).date
    assert found is None or found.how != "date line"


def test_the_date_line_counts_before_a_date_in_the_text() -> None:
    assert _read("Acara Senin, 6 Maret 2017 batal.", "Selasa, 7 Maret 2017", BODY).date == Found(
        "2017-03-07", 2, "date line", CERTAIN
    )


def test_the_first_date_with_a_weekday_is_taken_from_the_text() -> None:
    found = _read(HEADLINE, "", "Rapat pada 1 Mei 2019 batal.", "Acara itu digelar Senin (6/5/2019) malam.").date
    assert found == Found("2019-05-06", 4, "in the text", LIKELY)


@pytest.mark.parametrize(
    "before", ["Acara itu batal pada Selasa (7/5/2019).", "Acara itu batal pada Minggu lalu (5/5/2019)."]
)
def test_a_date_that_something_speaks_against_counts_last(before: str) -> None:
    found = _read(HEADLINE, f"{before} Kabar itu datang Senin (6/5/2019).".replace("(7/5", "(8/5")).date
    assert found == Found("2019-05-06", 2, "in the text", LIKELY)


@pytest.mark.parametrize(
    "coming",
    [
        *("Minggu, 12 Januari 2020 mendatang", "Minggu (12/1/2020) nanti", "Minggu 12 Januari 2020 yang akan datang"),
        *("besok, Minggu (12/1/2020)", "esok hari Minggu 12 Januari 2020", "Minggu besok, 12 Januari 2020"),
    ],
)
def test_a_day_that_is_said_to_come_is_an_events(coming: str) -> None:
    event = f"Pameran kopi dibuka {coming} di balai desa."
    assert _read(HEADLINE, "", event).date is None
    report = "Panitia mengatakannya Kamis (9/1/2020)."
    assert _read(HEADLINE, "", f"{event} {report}").date == Found("2020-01-09", 3, "in the text", LIKELY)


@pytest.mark.parametrize(
    "near",
    [
        "Lomba digelar Minggu (12/1/2020) nanti malam.",
        "Lomba usai Minggu (12/1/2020), besok giliran final.",
        "“Sampai besok,” katanya, Minggu (12/1/2020).",
        "Lomba usai Minggu (12/1/2020). Mendatang belum pasti.",
    ],
)
def test_other_words_of_time_near_a_date_leave_it_the_articles(near: str) -> None:
    assert _read(HEADLINE, "", near).date == Found("2020-01-12", 3, "in the text", LIKELY)


def test_a_date_in_brackets_alone_is_doubtful() -> None:
    assert _read(HEADLINE, "“Kami senang,” ujarnya (6/5/2019).").date == Found("2019-05-06", 2, "in the text", DOUBTFUL)


def test_a_dateline_may_give_the_date() -> None:
    found = _read(HEADLINE, f"Semarang, 6 Mei 2019 – {BODY}")
    assert found.date == Found("2019-05-06", 2, "dateline", CERTAIN)
    assert found.dateline == Found("Semarang", 2, "dateline", LIKELY)


def test_a_note_at_the_end_gives_the_date() -> None:
    told = "Acara itu digelar Senin (6/5/2019) malam."
    found = _read(HEADLINE, "", told, "", "(Penulis Rina Ayu, published 8/5/2019)").date
    assert found == Found("2019-05-08", 5, "note at the end", CERTAIN)
    quoted = "Bukunya (published 8/5/2019) laku."
    assert _read(HEADLINE, "", quoted, *[told] * 4).date == Found("2019-05-06", 4, "in the text", LIKELY)
    assert _read(HEADLINE, "", told, "(published in 8/5/2019)").date == Found("2019-05-06", 3, "in the text", LIKELY)


def test_a_line_without_a_word_tells_nothing() -> None:
    headed = [(1, HEADLINE), (3, BODY)]
    found = read_metadata([NumberedLine(*line) for line in headed])
    beside = [(1, "☰"), (3, HEADLINE), (5, "***"), (7, BODY)]
    moved = read_metadata([NumberedLine(*line) for line in beside])
    assert moved.headline == (found.headline and found.headline._replace(line=3))


def test_a_weekday_that_does_not_fit_is_told() -> None:
    found = _read(HEADLINE, "Acara itu digelar Selasa (6/5/2019) malam.").date
    assert found == Found("2019-05-06", 2, "in the text; its weekday does not fit", DOUBTFUL)


@pytest.mark.parametrize(
    "body",
    [
        "Indonesia merdeka pada 17 Agustus 1945 dan diakui dunia kemudian.",
        "Undang-undang itu disahkan 2/3/2004 di Jakarta.",
        "Acara berlangsung pada hari Senin pekan lalu.",
        "Aturan berlaku sejak 2020 hingga Desember 2021.",
        "Senin itu ia mengenang 17 Agustus 1945 bersama keluarganya.",
    ],
)
def test_a_date_without_its_weekday_is_not_the_date_of_the_article(body: str) -> None:
    assert _read(HEADLINE, body).date is None


@pytest.mark.parametrize(
    ("line", "outlet"),
    [
        ("SEMARANG, Lingkarjateng.id – Pemerintah kota membuka pasar.", "Lingkar Jateng"),
        ("KOMPAS.com - Pemerintah kota membuka pasar.", "Kompas.com"),
        ("SEMARANG (Sigi Jateng) – Pemerintah kota membuka pasar.", "Sigi Jateng"),
        ("RADARSEMARANG.ID, Semarang – Pemerintah kota membuka pasar.", "Radar Semarang"),
        ("Semarangpos.com, SEMARANG — Pemerintah kota membuka pasar.", "Semarangpos"),
        ("TEMPO.CO, Jakarta - Pemerintah kota membuka pasar.", "Tempo"),
        ("Jakarta, CNN Indonesia -- Pemerintah kota membuka pasar.", "CNN Indonesia"),
        ("Jakarta (ANTARA) - Pemerintah kota membuka pasar.", "ANTARA"),
        ("Kabardesa.co.id - Pemerintah kota membuka pasar.", "Kabardesa.co.id"),
    ],
)
def test_a_dateline_names_the_outlet_and_opens_the_body(line: str, outlet: str) -> None:
    found = _read(HEADLINE, "", line).outlet
    assert found is not None and (found.value, found.line, found.how) == (outlet, 3, "dateline")
    assert _read(line, HEADLINE).headline is None
    assert without_dateline(line) == "Pemerintah kota membuka pasar."


@pytest.mark.parametrize(
    ("line", "outlet"),
    [
        ("Redaksi Solopos.com  /  Budi Santoso  | SOLOPOS.COM", "Solopos"),
        ("Redaksi: kabardesa.id", "kabardesa.id"),
        ("Budi Santoso | Kompas.com", "Kompas.com"),
    ],
)
def test_a_credit_line_names_the_outlet(line: str, outlet: str) -> None:
    assert _read(HEADLINE, line, BODY).outlet == Found(outlet, 2, "credit line", CERTAIN)


def test_a_credit_line_counts_before_a_dateline() -> None:
    found = _read(HEADLINE, "TEMPO.CO, Jakarta - Pasar dibuka.", "Budi | Kompas.com").outlet
    assert found == Found("Kompas.com", 3, "credit line", CERTAIN)


@pytest.mark.parametrize(
    "line",
    [
        "Warga memesan lewat toko.example.com dan membayar di tempat.",
        "Menurut Kompas.com, harga beras naik lagi pekan ini.",
        "Redaksi menerima surat dari warga lewat kontak.com kemarin.",
        "Redaksi Kompas.com menerima kunjungan pelajar.",
        "Situs bukatoko.com milik perajin itu ramai dikunjungi.",
        "Jakarta, Ibu Kota Lama -- begitu orang kini menyebutnya.",
        "Panitia (lima orang) - semuanya relawan - bekerja tanpa upah.",
        "Dinas itu membuka pasar - Kompas.com ikut meliput.",
        BODY,
    ],
)
def test_an_outlet_in_the_middle_of_a_sentence_is_not_the_outlet(line: str) -> None:
    assert _read(HEADLINE, line).outlet is None
    assert without_dateline(line) == line


def test_a_dateline_far_down_is_not_the_outlet() -> None:
    filler = [f"Kalimat biasa nomor {number} dari berita ini." for number in range(30)]
    assert _read(HEADLINE, *filler, "KOMPAS.com - Pasar dibuka.").outlet is None


@pytest.mark.parametrize(
    ("before", "line"),
    [
        ([], 1),
        (["Jawa Tengah"], 2),
        (["Ekonomi", "Rabu, 1 Maret 2017 - 01:50 WIB"], 3),
        (["Oleh: Budi Santoso dari Kabar Desa"], 2),
        (["Budi Santoso dan kawan-kawan | Kompas.com"], 2),
        (["- Butir dari menu di atas halaman"], 2),
    ],
)
def test_the_headline_is_the_first_line_that_reads_like_a_title(before: list[str], line: int) -> None:
    certainty = LIKELY if before else CERTAIN
    assert _read(*before, HEADLINE, "", BODY).headline == Found(HEADLINE, line, "title line", certainty)


@pytest.mark.parametrize(
    "first",
    [
        BODY,
        "“Kami siap membuka pasar pekan ini.”",
        "Kalimat ini tidak berakhir dengan titik tetapi " + "panjang sekali " * 10,
        "SEMARANG – Pemerintah kota membuka pasar lama",
        "Jakarta, CNN Indonesia -- Presiden meninjau pasar",
    ],
)
def test_an_article_that_begins_with_its_body_has_no_headline(first: str) -> None:
    assert _read(first, HEADLINE).headline is None


def test_too_short_a_line_is_no_headline() -> None:
    assert _read("Jawa Tengah", BODY).headline is None
    assert _read("Jawa Tengah", "", BODY).headline is None


@pytest.mark.parametrize(
    "headline", ["Pasar Lama Dibuka", "“Menanti Musim Panen”", "Harga 2.500 Rupiah", "kopi dan petani"]
)
def test_three_words_alone_at_the_beginning_are_a_headline_if_nothing_else_is(headline: str) -> None:
    assert _read(headline, "", BODY).headline == Found(headline, 1, "title line", LIKELY)
    assert _read(headline, "", "", "“Kami siap,” kata pedagang di sana.").headline == Found(
        headline, 1, "title line", LIKELY
    )
    assert _read(headline, "", HEADLINE, "", BODY).headline == Found(HEADLINE, 3, "title line", LIKELY)


@pytest.mark.parametrize(
    ("first", "following"),
    [
        ("Pasar Lama Dibuka", ""),
        ("Pedagang pasar lama", "mengaku siap pindah pekan ini, setelah kios baru selesai dibangun."),
        ("Kata pedagang pasar", ". Kios baru selesai dibangun pekan ini, kata mereka."),
        ("Pasar lama dibuka.", BODY),
        ("Kata pedagang itu:", BODY),
        ("1 Maret 2017", BODY),
        ("Oleh: Budi Santoso", BODY),
        ("- Pasar lama", BODY),
        ("Radar Semarang |", BODY),
        ("Beranda » Ekonomi", BODY),
        ("SOLOPOS.COM, Semarang –", BODY),
    ],
)
def test_three_words_that_are_something_else_are_no_headline(first: str, following: str) -> None:
    assert _read(first, "", following).headline is None


def test_nothing_is_read_from_nothing() -> None:
    assert _read() == Metadata(None, None, None, None, None)


def test_a_sentence_without_a_dateline_is_left_whole() -> None:
    assert without_dateline(BODY) == BODY
    assert without_dateline("") == ""


def test_a_place_and_a_date_are_a_date_line_and_no_headline() -> None:
    metadata = read_metadata([NumberedLine(1, "Kota Semarang, 12 Mei 2020"), NumberedLine(2, "Pasar ikan itu ramai.")])
    assert metadata.headline is None
    assert metadata.date == Found("2020-05-12", 1, "date line", LIKELY)


@pytest.mark.parametrize(
    "headline",
    [
        "Survei Terbaru! Empat dari Sepuluh Warga Pilih Jalan Kaki!",
        "Cerita Nelayan yang Pulang dan Tidak Kembali...",
        "Foto Pawai Obor Warga di Alun-Alun",
        "Wartawan Senior Itu Berpulang",
        "Oleh-oleh Khas Pesisir yang Kian Langka",
    ],
)
def test_a_line_alone_before_the_body_is_the_headline_whole(headline: str) -> None:
    lines = [NumberedLine(1, headline), NumberedLine(3, BODY)]
    assert read_metadata(lines).headline == Found(headline, 1, "title line", CERTAIN)


@pytest.mark.parametrize(
    "byline", ["Oleh Budi Santoso dari Semarang", "Editor: Siti Aminah dan kawan-kawan", "Foto: Antara/Budi"]
)
def test_a_byline_is_no_headline(byline: str) -> None:
    assert read_metadata([NumberedLine(1, byline), NumberedLine(3, BODY)]).headline is None


def test_a_date_far_down_the_text_is_not_the_articles() -> None:
    lines = [NumberedLine(number, BODY) for number in range(1, 13)]
    lines.append(NumberedLine(13, "Kejadian itu terjadi pada Senin (5/8/2019) malam."))
    assert read_metadata(lines).date is None


def test_a_line_that_nothing_follows_is_no_headline() -> None:
    assert _read(HEADLINE).headline is None


def test_the_byline_of_the_header_counts_before_the_one_at_the_foot() -> None:
    foot = ["Reporter: Siti Aminah"]
    assert _read(HEADLINE, "Penulis: Budi Santoso", BODY, *foot).author == Found("Budi Santoso", 2, "byline", CERTAIN)
    assert _read(HEADLINE, BODY, *foot).author == Found("Siti Aminah", 3, "byline", CERTAIN)
    assert _read(HEADLINE, BODY, *foot, *[BODY] * 4).author == Found("Siti Aminah", 3, "byline", CERTAIN)
    assert _read(HEADLINE, *[BODY] * 10, *foot, *[BODY] * 4).author is None


def test_a_headline_names_no_author() -> None:
    assert _read("Penulis Buku Anak Itu Berpulang", "", BODY).author is None


def test_a_name_in_capitals_is_an_author_in_tempo_alone() -> None:
    lines = ["Kabar itu benar.", "BUDI SANTOSO"]
    found = _read(HEADLINE, f"TEMPO.CO, Jakarta - {BODY}", *lines).author
    assert found == Found("Budi Santoso", 4, "name in capitals at the end", DOUBTFUL)
    assert _read(HEADLINE, BODY, *lines).author is None


@pytest.mark.parametrize(
    ("line", "outlet"),
    [
        ("Artikel ini telah tayang di Kompas.com dengan judul Pasar Lama Dibuka", "Kompas.com"),
        ("DailySocial.id adalah portal berita tentang usaha rintisan.", "DailySocial"),
    ],
)
def test_a_note_at_the_end_names_the_outlet(line: str, outlet: str) -> None:
    assert _read(HEADLINE, BODY, line).outlet == Found(outlet, 3, "note at the end", LIKELY)
