"""A dateline is read for what it says; a dash in a sentence, or in a title, is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carikm.corpus import CERTAIN, DOUBTFUL, LIKELY
from carikm.corpus.datelines import names_outlet, read_dateline

BODY = "Pemerintah kota membuka kembali pasar lama setelah dua tahun diperbaiki."


@pytest.mark.parametrize(
    ("head", "place", "outlet", "certainty"),
    [
        ("SEMARANG, Lingkarjateng.id – ", "Semarang", "Lingkar Jateng", CERTAIN),
        ("RADARSEMARANG.ID, Semarang – ", "Semarang", "Radar Semarang", CERTAIN),
        ("JUARA.NET, KUALA LUMPUR - ", "Kuala Lumpur", "Juara.net", CERTAIN),
        ("SURYA.co.id | SURABAYA - ", "Surabaya", "Surya", CERTAIN),
        ("TEMPO.CO Yogyakarta - ", "Yogyakarta", "Tempo", CERTAIN),
        ("KOMPAS.com - ", None, "Kompas.com", CERTAIN),
        ("Kabardesa.co.id – ", None, "Kabardesa.co.id", CERTAIN),
        ("Jakarta (ANTARA) - ", "Jakarta", "ANTARA", CERTAIN),
        ("Bekasi, Jawa Barat (ANTARA News) - ", "Bekasi, Jawa Barat", "ANTARA", CERTAIN),
        ("SEMARANG (Sigi Jateng) – ", "Semarang", "Sigi Jateng", LIKELY),
        ("Jakarta, CNN Indonesia -- ", "Jakarta", "CNN Indonesia", CERTAIN),
        ("Rimanews - ", None, "Rimanews", LIKELY),
        ("VIVA, Bandung – ", "Bandung", "VIVA", CERTAIN),
        ("Jakarta - ", "Jakarta", None, LIKELY),
        ("SUKABUMI – ", "Sukabumi", None, LIKELY),
        ("DKI JAKARTA – ", "DKI Jakarta", None, LIKELY),
        ("ITALIA– ", "Italia", None, LIKELY),
        ("Jakarta, 13 Maret 2020 – ", "Jakarta", None, LIKELY),
        ("SEMARANG, SENIN (28/9/2020) — ", "Semarang", None, LIKELY),
        ("KARANGJATI – ", "Karangjati", None, DOUBTFUL),
    ],
)
def test_datelines(head: str, place: str | None, outlet: str | None, certainty: str) -> None:
    found = read_dateline(head + BODY)
    assert found is not None
    assert (found.place, found.outlet, found.certainty) == (place, outlet, certainty)
    assert (head + BODY)[found.end :].lstrip() == BODY
    assert names_outlet(head + BODY) is (outlet is not None)


def test_a_place_that_is_not_known_counts_where_the_paragraph_speaks_of_it() -> None:
    text = "Karangjati - Balapan karung di lapangan Karangjati kemarin dimenangi pemuda dari kampung sebelah."
    found = read_dateline(text)
    assert found is not None and (found.place, found.certainty) == ("Karangjati", DOUBTFUL)
    assert read_dateline(text.replace("lapangan Karangjati", "lapangan desa")) is None


def test_a_dateline_may_have_lost_its_text() -> None:
    found = read_dateline("Suara.com -")
    assert found is not None and found.outlet == "Suara.com"


@pytest.mark.parametrize(
    "text",
    [
        BODY,
        "",
        "Jakarta",
        "Jakarta - Bandung Kini Sejam",
        "Tol Jakarta - Cikampek macet sejak pagi karena dua truk bertabrakan di dekat gerbang.",
        "Victoria - bukan nama sebenarnya - kini tinggal bersama neneknya di desa yang jauh itu.",
        "Baru - baru ini warga desa itu membuka kembali pasar lama yang rusak karena banjir.",
        "Kevin - Prince Boateng, pemain yang namanya bergaris, menjalani tes medis pekan lalu di klub barunya.",
        "BREAKING NEWS - Gempa mengguncang pesisir selatan pagi ini dan terasa sampai ke kota besar.",
        "Jakarta, Ibu Kota Lama -- begitu orang kini menyebutnya.",
        "Panitia (lima orang) - semuanya relawan - bekerja tanpa upah.",
        "Ketua Ikatan Warga Desa Karangjati Bersatu (Ikawad) - yang baru dipilih - tidak datang ke rapat.",
        "Dinas itu membuka pasar - Kompas.com ikut meliput.",
    ],
)
def test_a_dash_alone_makes_no_dateline(text: str) -> None:
    assert read_dateline(text) is None


@given(st.text(alphabet=st.sampled_from("AbJakarta.,()|–-— \t1/20comid"), max_size=400))
def test_a_dateline_ends_within_its_text(text: str) -> None:
    found = read_dateline(text)
    assert found is None or (0 < found.end <= len(text) and (found.place or found.outlet))
