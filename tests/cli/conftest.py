"""Desks to run commands at: an empty one, one with the five articles, one with articles that mean harm."""

import os
from pathlib import Path

import pytest

from tests.cli.harness import Desk
from tests.conftest import SEEDS

KOPI = """Panen Kopi di Lereng Sumbing Naik Tahun Ini

Para petani memetik buah kopi merah sejak awal Juni. Hasil petikan mereka dijemur di halaman balai desa.

Kepala desa berharap harga bertahan sampai musim hujan tiba.
"""
PERAHU = """Nelayan Muara Memperbaiki Perahu Sebelum Melaut

Belasan perahu kayu ditarik ke darat untuk dicat ulang. Pencatatan perahu dilakukan petugas pelabuhan.
"""

ESCAPES = "\x1b[31mMERAH\x1b[0m \x1b]0;judul palsu\x07 \x1b[2J \x9b31m \x90tinta\x9c \x07\x08\x7f"
BIDI = "\u202emalsu\u202c \u2066balik\u2069 \u200fkanan \u061c \u206a\u206f \ufff9atas\ufffb"
MARKUP = "[red]merah[/red] [link=https://contoh.invalid]tautan[/link] [bold] :smile: [/]"
HOSTILE_NAME = "jahat \x1b[31m\u202e[red]\n\x9b2J.txt"
INVALID_NAME = os.fsdecode(b"rusak-\xff\xfe.txt")
HOSTILE_ARTICLES: dict[str, str | bytes] = {
    HOSTILE_NAME: f"""Gudang {ESCAPES} Beras {BIDI} Ditata {MARKUP} Ulang

\x1b[31mSOLO.COM\x1b[0m, Surakarta – Petugas {ESCAPES} menata {MARKUP} karung {BIDI} beras di gudang.
Baris kedua\vmasih\fsatu\x1cparagraf\x85dengan\u2028pemisah\u2029aneh tentang karung beras.
""",
    INVALID_NAME: "Jembatan Bambu Dibangun Warga Bersama\n\nWarga membangun jembatan bambu secara gotong royong.\n",
    "mojibake.txt": (
        "Penyair Kampung Membacakan Sajak\n\n"
        "â€œSajak ini untuk ibu,â€\x9d kata penyair itu. Ia membaca sajak di cafÃ© kecil dekat pasar.\n"
    ),
    "latin.txt": (
        "Juru Masak Menata Piring Saji\n\nJuru masak menyajikan crème brûlée buatan sendiri "
        "kepada para tamu di restoran tepi pantai itu.\n"
    ).encode("cp1252"),
    "utf16.txt": "Pasar Malam Dibuka Kembali\n\nPedagang menjajakan gulali di pasar malam.\n".encode("utf-16"),
    "kosong.txt": b"",
    "gambar\x1b[31m.txt": b"\x00\x01\x02\x03" * 20,
}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An empty folder."""
    return Desk(tmp_path)


@pytest.fixture
def archive(desk: Desk) -> Desk:
    """A folder with two articles in `arsip/` and their index in `index/`."""
    desk.write({"arsip/kopi.txt": KOPI, "arsip/perahu.txt": PERAHU})
    desk.call("index", "arsip").expect(0)
    return desk


@pytest.fixture(scope="session")
def seeds_desk(tmp_path_factory: pytest.TempPathFactory, seeds_index: Path) -> Desk:
    """The five articles with their index; to be read only."""
    variables = {"CARIKM_CORPUS": str(SEEDS), "CARIKM_INDEX": str(seeds_index)}
    return Desk(tmp_path_factory.mktemp("desk"), variables)


@pytest.fixture(scope="session")
def hostile_desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Articles whose texts and names hold all that a terminal should not see; to be read only."""
    hostile = Desk(tmp_path_factory.mktemp("hostile"))
    hostile.write({f"arsip/{name}": content for name, content in HOSTILE_ARTICLES.items()})
    hostile.call("index", "arsip").expect(0)
    return hostile
