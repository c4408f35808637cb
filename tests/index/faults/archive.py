"""A small archive in two states, and all that an index answers about it."""

import os
from pathlib import Path
from typing import Any

import carikm
from carikm.index.format import INDEX_FILE, connect

SETTLED = 1_600_000_000_000_000_000  # ns: long before any scan
QUERIES = ("pasar ikan", '"harga beras"', "pelabuhan -garam", "pemkot", "rak 37")
_TOPICS = (
    ("Pasar Ikan", "Pedagang pasar ikan menata lapak sejak subuh, dan pembeli berdatangan dari desa-desa di pesisir."),
    ("Perahu Nelayan", "Nelayan menunda melaut karena angin kencang; perahu mereka ditambatkan di pelabuhan lama."),
    ("Sentra Logam", "Perajin logam menempa pisau dan cangkul, lalu menjualnya kepada petani di lereng gunung."),
    ("Harga Beras", "Harga beras naik pekan ini, kata petugas gudang; pengiriman dari sawah tersendat hujan."),
    ("Tambak Garam", "Petani garam menjemur air laut di tambak, dan hasil panennya diangkut ke pelabuhan."),
    ("Jembatan Bambu", "Warga membangun jembatan bambu yang menghubungkan dua dusun di tepi sungai berbatu."),
)


def write_article(folder: Path, number: int, version: int) -> None:
    """Write an article as it reads in one version; the file looks long settled."""
    title, text = _TOPICS[number % len(_TOPICS)]
    body = [
        f"{title} Nomor {number}",
        "Penulis: Wulan Sekar",
        f"TEGAL - {text} Catatan ke-{number} edisi {version} disimpan di rak {number * 7 + version}.",
        *(
            f"Bagian {part}: {_TOPICS[(number + part * version) % len(_TOPICS)][1]} Kode r{number}v{version}b{part}."
            for part in range(1, 13)
        ),
        "Pemerintah Kota (Pemkot) mencatat semuanya.",
        "Ikuti kabar lain hanya di Warta Muara.",
    ]
    path = folder / f"{number:03d}.txt"
    path.write_text("\n\n".join(body) + "\n")
    os.utime(path, ns=(SETTLED + version, SETTLED + version))


def write_archive(folder: Path) -> None:
    """Write the first state: a dozen articles."""
    folder.mkdir()
    for number in range(12):
        write_article(folder, number, 1)


CHANGED = ("001.txt", "005.txt", "012.txt", "007.txt")


def change_archive(folder: Path) -> None:
    """Bring it into its second state: two articles changed, one added, one gone."""
    for number in (1, 5, 12):
        write_article(folder, number, 2)
    (folder / "007.txt").unlink()


def answers(corpus: Path, index: Path) -> list[Any]:
    """Give what searching says, with every hit's place, text and score."""
    found = carikm.find_all(enumerate(QUERIES), corpus, index, limit=15, all_chunks=True)
    return [
        (query, searched.coverage.skipped, searched.result.total, [_told(hit) for hit in searched.result.hits])
        for query, searched in found
        if not isinstance(searched, carikm.CarikmError)
    ]


def _told(hit: Any) -> Any:
    chunk, article = hit.chunk, hit.article
    span = chunk.line_start, chunk.line_end, chunk.byte_start, chunk.byte_end
    return article.name, article.sha256, chunk.number, span, chunk.text, round(hit.score, 9)


def tables(index: Path) -> dict[str, Any]:
    """Give all rows of all tables, but for the time when the index was built."""
    connection = connect(index / INDEX_FILE)
    try:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        found = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in sorted(names)}
    finally:
        connection.close()
    found["facts"] = [row for row in found["facts"] if row[0] != "built_ns"]
    return found
