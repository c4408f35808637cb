"""Which spellings find each other, and which must not."""

import pytest

from carikm.analysis.stems import stem
from carikm.analysis.tokens import tokenize


def _terms(text: str) -> list[str]:
    return [stem(token.surface) for token in tokenize(text)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2.500", "2500"),
        ("1.250.000", "1250000"),
        ("1.250,75", "1250,75"),
        ("Rp2.500", "Rp 2500"),
        ("Rp1.500", "rp 1.500"),
        ("UU-ITE", "UU ITE"),
        ("Covid-19", "Covid 19"),
        ("COVID–19", "covid 19"),
        ("new normal", "New Normal"),
        ("Jum'at", "Jumat"),
        ("Jum’at", "jumat"),
        ("Al-Qur'an", "al quran"),
        ("café", "cafe"),
        ("cafe\u0301", "café"),
        ("São Paulo", "Sao Paulo"),
        ("naïf", "naif"),
        ("ﬁnal", "final"),
        ("ＩＫＭ", "IKM"),
        ("per\u00adindustrian", "perindustrian"),
        ("“logam”", "logam"),
        ("‘logam’", '"logam"'),
        ("buku-buku", "buku buku"),
        ("sentra-sentra", "sentra sentra"),
        ("perindustrian", "industri"),
        ("industrinya", "industri"),
        ("mengembangkan", "pengembangan"),
        ("pertanian", "petani"),
        ("bukunya", "buku"),
        ("bukulah", "buku"),
        ("perbankan", "bank"),
        ("pengemasan", "kemasan"),
        ("wisatawan", "wisata"),
        ("kementrian", "kementerian"),
        ("aktifitas", "aktivitas"),
        ("SEMARANG", "Semarang"),
    ],
)
def test_spellings_that_find_each_other(one: str, other: str) -> None:
    assert _terms(one) == _terms(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2,5", "25"),
        ("2.500", "2.501"),
        ("2,500", "2.500"),
        ("10.30", "1030"),
        ("Bali", "bal"),
        ("Pemalang", "Malang"),
        ("Kediri", "diri"),
        ("Bekasi", "bekas"),
        ("perbankan", "perban"),
        ("pengadilan", "adil"),
        ("berikan", "ikan"),
        ("relawan", "rawan"),
        ("setuju", "menuju"),
        ("menangis", "menang"),
        ("menemani", "pertanian"),
        ("meninggal", "tertinggal"),
        ("berbasis", "bas"),
        ("tidak", "ada"),
        ("logam", "lo gam"),
    ],
)
def test_spellings_that_are_different_words(one: str, other: str) -> None:
    assert _terms(one) != _terms(other)
