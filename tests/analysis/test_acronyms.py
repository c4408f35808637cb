"""Short forms that a text defines: initials, syllables, both directions, and what only looks like one."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from carikm.analysis.acronyms import Definition, find_definitions
from carikm.analysis.readings import key_of
from carikm.analysis.tokens import normalize, tokenize


def _pairs(text: str) -> list[tuple[str, str]]:
    return [(found.short, found.long) for found in find_definitions(text)]


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("Bantuan untuk industri kecil dan menengah (IKM) turun.", "IKM", "industri kecil dan menengah"),
        ("Pelaku usaha mikro, kecil, dan menengah (UMKM) datang.", "UMKM", "usaha mikro, kecil, dan menengah"),
        ("Data Sistem Informasi Industri Nasional (SIINAS) dibuka.", "SIINAS", "Sistem Informasi Industri Nasional"),
        ("Sidang Perserikatan Bangsa-Bangsa (PBB) usai.", "PBB", "Perserikatan Bangsa-Bangsa"),
        ("Menurut “Badan Layanan Umum” (BLU) di sana.", "BLU", "Badan Layanan Umum"),
        ("Warga ikut Keselamatan dan Kesehatan Kerja (K3).", "K3", "Keselamatan dan Kesehatan Kerja"),
        ("Ia belajar pertolongan pertama pada kecelakaan (P3K).", "P3K", "pertolongan pertama pada kecelakaan"),
        ("Platform business to business (B2B) itu baru.", "B2B", "business to business"),
        ("Ia memantau lewat closed-circuit television (CCTV).", "CCTV", "closed-circuit television"),
        ("Laporan Ease of Doing Business (EoDB) terbit.", "EoDB", "Ease of Doing Business"),
        ("Isi Rancangan Kitab Undang-Undang Acara (RKUA).", "RKUA", "Rancangan Kitab Undang-Undang Acara"),
    ],
)
def test_initials_behind_their_long_form(text: str, short: str, long: str) -> None:
    assert _pairs(text) == [(short, long)]


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("Rapat Pemerintah Kota (Pemkot) Tegal.", "Pemkot", "Pemerintah Kota"),
        ("Kepala Dinas Perindustrian (Disperin) hadir.", "Disperin", "Dinas Perindustrian"),
        (
            "Ia memimpin Dinas Perindustrian dan Perdagangan (Disperindag).",
            "Disperindag",
            "Dinas Perindustrian dan Perdagangan",
        ),
        ("Anggota Kepolisian Resor (Polres) berjaga.", "Polres", "Kepolisian Resor"),
        ("Tamu itu Kepala Kepolisian Daerah (Kapolda) baru.", "Kapolda", "Kepala Kepolisian Daerah"),
        ("Surat Kementerian Dalam Negeri (Kemendagri) tiba.", "Kemendagri", "Kementerian Dalam Negeri"),
        ("Kunjungan Menteri Luar Negeri (Menlu) batal.", "Menlu", "Menteri Luar Negeri"),
        ("Kantor Kejaksaan Negeri (Kejari) sepi.", "Kejari", "Kejaksaan Negeri"),
        ("Mobil pemadam kebakaran (Damkar) datang.", "Damkar", "pemadam kebakaran"),
        ("Asap kebakaran hutan dan lahan (karhutla) tebal.", "karhutla", "kebakaran hutan dan lahan"),
        ("Bahaya KEBAKARAN HUTAN DAN LAHAN (KARHUTLA) naik.", "KARHUTLA", "KEBAKARAN HUTAN DAN LAHAN"),
        ("Ia aktif di media sosial (medsos).", "medsos", "media sosial"),
    ],
)
def test_syllables_behind_their_long_form(text: str, short: str, long: str) -> None:
    found = _pairs(text)
    assert found == [(short, long)]


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("Kata Polri (Kepolisian Negara Republik Indonesia).", "Polri", "Kepolisian Negara Republik Indonesia"),
        ("Pasar UKM (usaha kecil menengah) ramai.", "UKM", "usaha kecil menengah"),
        ("Organisasi itu (World Health Organization/WHO) memuji.", "WHO", "World Health Organization"),
        ("Lembaga itu (Badan Tenaga Surya atau BTS) tutup.", "BTS", "Badan Tenaga Surya"),
        ("Biaya rawat bayi tabung (disingkat RBT) mahal.", "RBT", "rawat bayi tabung"),
        ("Lewat Tempat Pelelangan Ikan atau TPI setempat.", "TPI", "Tempat Pelelangan Ikan"),
    ],
)
def test_other_ways_to_define(text: str, short: str, long: str) -> None:
    assert _pairs(text) == [(short, long)]


@pytest.mark.parametrize(
    "text",
    [
        "Ia tiba di Solo, Senin (12/5/2022).",
        "Korban Budi Hartanto (34) selamat.",
        "Harga naik (5,61 persen) sejak Mei.",
        "Anggota dewan Siti Rahma (Gerindra) menolak.",
        "Ia menang di final (Jepang) kemarin.",
        "Bandung menang atas Madura (2-1).",
        "Polisi menyita senjata (senjata api) rakitan.",
        "Warga bertanya kepada pihak itu (KPK).",
        "Rumah ini dijual. (ANT)",
        "Ia membeli beras atau SIM baru.",
        "Wakil Presiden (Tokyo).",
        "Sumber: detik (dwi/dan).",
        "Ini () dan itu ( ) dan (",
    ],
)
def test_other_parentheses(text: str) -> None:
    assert _pairs(text) == []


def test_the_long_form_has_neither_more_words_nor_fewer() -> None:
    assert _pairs("Kepala Bidang Dinas Kesehatan Kota (DKK) hadir.") == [("DKK", "Dinas Kesehatan Kota")]
    assert _pairs("Di Akademi Angkatan Bersenjata Republik Indonesia (AKABRI).") == [
        ("AKABRI", "Akademi Angkatan Bersenjata Republik Indonesia")
    ]
    assert _pairs("Saat inspeksi mendadak (sidak) ke pasar.") == [("sidak", "inspeksi mendadak")]


def test_a_reduplication_counts_once_or_twice() -> None:
    text = "Draf Undang-Undang (UU) dan Peraturan Pemerintah Pengganti Undang-Undang (Perppu) itu."
    assert _pairs(text) == [("UU", "Undang-Undang"), ("Perppu", "Peraturan Pemerintah Pengganti Undang-Undang")]


def test_a_comma_sets_apart_what_is_no_list() -> None:
    assert _pairs("Sebelumnya, Sekretaris Kabinet (Seskab) hadir.") == [("Seskab", "Sekretaris Kabinet")]
    assert _pairs("Data Badan Cuaca, Iklim (BCI) terbit.") == [("BCI", "Badan Cuaca, Iklim")]


def test_several_in_one_sentence() -> None:
    text = "Rancangan Undang-Undang (RUU) dibahas Badan Legislasi (Baleg) dan Pemerintah Daerah (Pemda)."
    assert [short for short, _ in _pairs(text)] == ["RUU", "Baleg", "Pemda"]


def test_a_paragraph_ends_at_a_blank_line() -> None:
    assert _pairs("Dinas\nPerindustrian\n(Disperin) buka.") == [("Disperin", "Dinas Perindustrian")]
    assert _pairs("Dinas\n\nPerindustrian (Disperin) buka.") == []
    assert _pairs("Dinas Perindustrian\n \n(Disperin) buka.") == []
    assert _pairs("Disperin\n\n(Dinas Perindustrian) buka.") == []


def test_keys_are_shared_by_ways_of_writing() -> None:
    ways = [
        "Usaha Mikro, Kecil, dan Menengah",
        "usaha mikro kecil & menengah",
        "usaha  mikro-kecil\nmenengah",
        "Usaha Mikro Kecil dan Menengahnya",
    ]
    assert {_key_of(way) for way in ways} == {"usaha mikro kecil menengah"}
    (found,) = find_definitions("Pasar Café Jum'at Sore (CJS) itu.")
    assert (found.short_key, found.long_key) == ("cjs", "cafe jumat sore")


def _is_sound(text: str, found: Definition) -> bool:
    span = text[found.start : found.end]
    is_short_first = span.startswith(found.short)
    return (
        (is_short_first or span.endswith(found.short))
        and found.long in " ".join(span.split())
        and found.long.split()[0] in span
        and found.short_key == normalize(found.short)
        and found.long_key.split()[0] in normalize(found.long.split()[0])
    )


def _key_of(text: str) -> str:
    return key_of(token.surface for token in tokenize(text))


def _stands_in_order(letters: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)


_PIECES = """
    dinas Perindustrian dan Perdagangan kota usaha-usaha mikro kecil di Kepolisian Resor Negeri IKM Polres DPK atau
    (Disperin) (IKM) (dkp) ( “K3” ) (Dinas/DK) . , - é ß (12/5)
"""
_DEFINITIONS = [
    "Dinas Perindustrian (Disperin)",
    "usaha mikro, kecil, dan menengah (UMKM)",
    "Kepolisian Resor (Polres)",
]
_WORDS = st.sampled_from([*_PIECES.split(), *_DEFINITIONS, "\n", "\n\n", ""])
_TEXTS = st.one_of(st.lists(_WORDS, max_size=25).map(" ".join), st.text(), st.text("ab AB()-/\n'\"²ß"))


@given(_TEXTS)
@example("a\u0345 b (A\u0345B)")
@example(". ".join(_DEFINITIONS))
def test_any_text(text: str) -> None:
    """Nothing fails; spans hold both forms, and the short one's letters stand in the long one in order."""
    for found in find_definitions(text):
        assert _is_sound(text, found)
        if found.short.isalpha():
            assert _stands_in_order(found.short_key, normalize("".join(found.long.split())) + found.long.lower())


@given(_TEXTS, _TEXTS)
def test_paragraphs_do_not_touch(first: str, second: str) -> None:
    shift = len(first) + 2
    shifted = [found._replace(start=found.start + shift, end=found.end + shift) for found in find_definitions(second)]
    assert list(find_definitions(f"{first}\n\n{second}")) == [*find_definitions(first), *shifted]


@given(st.lists(st.from_regex(r"[b-z][aeiou][b-z]{2,7}", fullmatch=True), min_size=3, max_size=8, unique=True))
def test_initials_are_found_whatever_the_words(words: list[str]) -> None:
    short = "".join(word[0] for word in words).upper()
    text = f"Kata mereka: {' '.join(words)} ({short}) itu"
    ((found, long),) = _pairs(text)
    assert found == short
    assert long == " ".join(words)
