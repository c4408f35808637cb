"""A small archive with something in every table of its index, and numbers that are in use no more."""

import os
from pathlib import Path

from carikm.index.build import build_index

_OLD = 1_600_000_000_000_000_000
_NUMBERED = (f"Pedagang nomor {number} menempati kios baris {number * 7}." for number in range(14))
_OPENING = "Perserikatan Bangsa-Bangsa (PBB) menyumbang beras. Warga datang ke Manahan lagi, kata Tri Supriyanto."
_REPORT = " ".join([_OPENING, *_NUMBERED])
_FOOT = "\n\nPenulis: SARI UTAMI\n\nIkuti kami di portal Kabar Kita."
_CORRECTIONS = 'boilerplate = ["Salam dari redaksi"]\n\n[stems]\nkiosnya = "kios"\n'


def write_rich_archive(folder: Path) -> Path:
    """Write the archive into `folder/arsip`, and its index, which is given, into `folder/index`."""
    corpus, index = folder / "arsip", folder / "index"
    (corpus / "lain").mkdir(parents=True)
    index.mkdir()
    (folder / "carikm.toml").write_text(_CORRECTIONS)
    for number in range(12):
        text = f"Pasar Nomor {number} Dibuka\n\nSOLO, KOMPAS.com - Pasar nomor {number} ramai; kiosnya bekerja sama."
        _write(corpus / f"{number:02}.txt", text + _FOOT)
    _write(corpus / "laporan.txt", f"Pasar Manahan Dibuka\n\n{_REPORT}\n\nSalam dari redaksi")
    _write(corpus / "salinan.txt", f"Pasar Dibuka Lagi\n\n{_REPORT}")
    _write(corpus / "kembar.txt", "Tentang kopi di lereng gunung.\n\n\U0001f525\U0001f525\n\nDan seterusnya.")
    _write(
        corpus / "lain" / "kembar.txt",
        "Tentang Teh\n\nSenin, 28 September 2020 10:00 WIB\n\nTeh tumbuh di lereng gunung.",
    )
    _write(corpus / "kosong.txt", "")
    build_index(corpus, index)
    (corpus / "05.txt").unlink()
    _write(corpus / "13.txt", "Nelayan memperbaiki perahu kayu di Muara, kata Tri Supriyanto." + _FOOT)
    build_index(corpus, index)
    return index


def _write(path: Path, text: str) -> None:
    path.write_text(text)
    os.utime(path, ns=(_OLD, _OLD))
