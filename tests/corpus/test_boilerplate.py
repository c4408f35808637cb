"""Page furniture is marked, and no line of an article is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carikm.corpus import boilerplate
from carikm.corpus.boilerplate import boilerplate_lines, normal_line

PARAGRAPH = "Warga setempat menyambut baik rencana itu karena jalan desa akan segera diperbaiki."
CLOSING = "Pekerjaan dijadwalkan selesai sebelum musim hujan."


def _marked(*lines: str) -> list[str]:
    found = boilerplate_lines(lines)
    return [line for index, line in enumerate(lines) if index in found]


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement",
        "ADVERTISEMENT",
        "- Advertisement -",
        "[Advertisement]",
        "SCROLL TO CONTINUE WITH CONTENT",
        "Artikel Terkait",
        "Berita Terkait:",
        "Related Articles",
        "Tinggalkan Balasan",
        "Batalkan balasan",
        "Alamat email Anda tidak akan dipublikasikan. Ruas yang wajib ditandai *",
        "Simpan nama, email, dan situs web saya pada peramban ini untuk komentar saya berikutnya.",
        "Share",
        "Share this:",
        "Bagikan ini:",
        "Bagikan artikel",
        "WhatsApp",
        "Copy Link",
        "Baca Juga",
        "Baca juga:",
        "Baca juga: Panen Raya di Lereng Gunung",
        "BACA JUGA : Panen Raya di Lereng Gunung",
        "(Baca juga: Panen raya di lereng gunung)",
        "[Baca Juga: Panen Raya di Lereng Gunung.]",
        "Baca: Panen Raya di Lereng Gunung",
        "Baca Juga Panen Raya di Lereng Gunung",
        "Lihat juga: Panen Raya di Lereng Gunung!",
        "Simak juga Video 'Panen Raya di Lereng Gunung':",
        'Tonton juga video "Panen Raya di Lereng Gunung" di sini:',
        "Berita terkait: Panen Raya di Lereng Gunung",
        "Source: kabar.example.com",
        "Klik di sini untuk berita lain dari daerah Anda.",
        "Ikuti berita terbaru kami di Google News.",
        "Gabung saluran WhatsApp kami untuk kabar tercepat",
        "Copyright © 2021 Kabar Kita. All rights reserved.",
        "© 2021 Kabar Kita",
        "Back to top button",
        "[Gambas:Video]",
        "Simak Video 'Panen raya di lereng gunung':",
        "Lihat Video Panen Raya di Lereng Gunung",
        "Artikel ini telah tayang di Kabar Kita dengan judul Panen Raya",
        "Artikel ini sudah tayang di Kabar Kita.",
        "Baca selengkapnya di halaman berikutnya...",
        "Ikuti berita terbaru di kabarkita.example",
        "Saksikan juga video menarik di bawah ini:",
    ],
)
def test_page_furniture_is_marked(line: str) -> None:
    assert _marked(PARAGRAPH, line, CLOSING) == [line]


@pytest.mark.parametrize(
    "line",
    [
        "Baca tulis masih menjadi kendala bagi sebagian warga lanjut usia di desa itu.",
        "Bacalah petunjuk sebelum memakai obat, pesan apoteker itu.",
        "Baca puisi menjadi acara penutup malam itu.",
        "Membaca juga menjadi kegemarannya sejak kecil.",
        "Baca juga buku-buku lama, kata guru itu kepada para muridnya di perpustakaan sekolah.",
        "Baca juga: Kepala desa itu mengatakan bahwa bantuan akan dibagikan mulai pekan depan kepada warga.",
        "Baca Juga:,“Kami akan membagikan bantuan itu pekan depan,” ujar kepala desa di kantornya.",
        "Lihat juga: Pasar Lama Ramai Setelah itu, petugas membawa dia ke kantor lalu meminta keterangan dari saksi.",
        "Lihat saja antrean di depan toko itu setiap pagi.",
        "Lihat juga bagaimana para petani memanen padi dengan tangan.",
        "Lihatlah pasar itu, kini lebih bersih daripada tahun lalu.",
        "Simak penjelasan lengkap dari kepala dinas berikut ini.",
        "Tonton bersama final itu dihadiri ratusan warga di alun-alun.",
        "Menarik perhatian pengunjung, patung itu dibuat dari barang bekas.",
        "Menarik bukan hanya karena harganya, tetapi juga karena rasanya.",
        "Menariknya, semua peserta berasal dari satu kampung.",
        "Share penjualan perusahaan itu naik menjadi 12 persen.",
        "Share lokasi dikirim korban kepada keluarganya sebelum kejadian.",
        "Sharing pengalaman menjadi bagian terpenting dari pelatihan.",
        "Bagikan masker gratis, komunitas itu turun ke jalan.",
        "Perusahaan memasang advertisement di tiga kota besar.",
        "Advertisement menjadi sumber pendapatan utama stasiun radio itu.",
        "Iklan rokok di jalan protokol akan dibatasi.",
        "Komentar pejabat itu menuai kritik dari warga.",
        "Redaksi menerima surat dari seorang pembaca di Tegal.",
        "Email berisi ancaman itu dikirim dari luar negeri.",
        "Facebook dan Instagram sempat tidak dapat diakses semalam.",
        "Berita terkait kenaikan harga itu dibantah oleh dinas perdagangan.",
        "Artikel terkait sejarah kota itu ditulis oleh seorang guru.",
        "Video terkait kejadian itu beredar luas di media sosial.",
        "Terpopuler di antara semua jajanan pasar adalah lumpia.",
        "Rekomendasi dari panitia khusus akan dibahas pekan depan.",
        "Ikuti lomba itu, lima ratus pelajar berkumpul di stadion.",
        "Source daya listrik cadangan dipasang di rumah sakit.",
        "Copyright atas lagu itu dipegang oleh anak penciptanya.",
        "Hak cipta menjadi pokok bahasan seminar tersebut.",
        "Cek kesehatan gratis digelar di balai desa.",
        "Sumber api diduga berasal dari tungku dapur.",
        "“Baca dulu, baru tanda tangan,” katanya.",
        "Selanjutnya, pemenang akan mewakili provinsi.",
        "Sebelumnya, warga sudah dua kali mengadu.",
        "- Menyediakan tempat sampah di setiap sudut pasar",
        "Tag harga dipasang pada setiap barang.",
        "Dukungan Pemerintah Pusat",
        "Simak video itu sampai selesai",
        "Lihat video di bawah ini, lalu perhatikan caranya",
        "Artikel ini ditulis oleh seorang guru desa.",
        "Baca selengkapnya di , Bupati menambahkan bahwa jalan desa akan diperbaiki.",
        "Ikuti berita terbaru setiap pagi, begitu pesan kakek.",
        "Saksikan video itu bersama anak-anak Anda.",
    ],
)
def test_lines_of_an_article_are_not_marked(line: str) -> None:
    assert _marked(PARAGRAPH, line, CLOSING) == []
    assert _marked(line) == []


HEADLINES = ["- Pasar Baru Dibuka Bupati", "- Lomba Perahu Naga Kembali Digelar", "• Tim Kota Juara Umum 2024"]


def test_bulleted_headlines_above_their_heading_are_marked() -> None:
    assert _marked(*HEADLINES, "Baca Juga", PARAGRAPH, CLOSING) == [*HEADLINES, "Baca Juga"]


def test_bulleted_headlines_below_their_heading_are_marked() -> None:
    assert _marked(PARAGRAPH, CLOSING, "Berita Terkait", *HEADLINES) == ["Berita Terkait", *HEADLINES]


def test_headlines_repeated_at_the_other_end_are_marked_there_too() -> None:
    lines = [*HEADLINES, "Baca Juga", PARAGRAPH, *HEADLINES]
    assert _marked(*lines) == [line for line in lines if line != PARAGRAPH]


def test_a_list_of_the_article_is_not_taken_for_headlines() -> None:
    points = ["- menjaga kebersihan;", "- membayar iuran;", "- hadir setiap Senin."]
    assert _marked(PARAGRAPH, *points, CLOSING, "Baca Juga", *HEADLINES) == ["Baca Juga", *HEADLINES]


def test_a_list_ends_at_the_first_line_without_a_bullet() -> None:
    lines = [PARAGRAPH, "Baca Juga", HEADLINES[0], CLOSING, "- Butir milik artikel", CLOSING]
    assert _marked(*lines) == ["Baca Juga", HEADLINES[0]]


def test_a_bulleted_heading_is_a_headline_of_the_list_that_it_stands_in() -> None:
    lines = [PARAGRAPH, HEADLINES[0], "- Baca juga", HEADLINES[1], CLOSING]
    assert _marked(*lines) == lines[2:4], "what stands above counts only where nothing does below"
    assert _marked(PARAGRAPH, *HEADLINES, "- Baca juga", CLOSING) == [*HEADLINES, "- Baca juga"]


def test_a_list_of_headings_is_gone_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = []

    def is_bulleted_headline(line: str) -> bool:
        looked_at.append(line)
        return line.startswith("- ")

    monkeypatch.setattr(boilerplate, "_is_bulleted_headline", is_bulleted_headline)
    lines = [PARAGRAPH, *["- Baca juga"] * 200, CLOSING]
    assert boilerplate_lines(lines) == set(range(1, 201))
    assert len(looked_at) < 4 * len(lines)


def test_a_single_headline_below_baca_juga_is_marked_and_a_sentence_is_not() -> None:
    assert _marked(PARAGRAPH, "Baca juga:", "Panen Raya di Lereng Gunung", CLOSING) == [
        "Baca juga:",
        "Panen Raya di Lereng Gunung",
    ]
    assert _marked(PARAGRAPH, "Baca juga:", PARAGRAPH, CLOSING) == ["Baca juga:"]
    assert _marked(PARAGRAPH, "Baca juga:", "Setelah itu warga pulang ke rumah", CLOSING) == ["Baca juga:"]


def test_a_bulleted_sentence_beside_baca_juga_is_not_a_headline() -> None:
    assert _marked(PARAGRAPH, "Baca juga:", "- Warga diminta hadir tepat waktu.", CLOSING) == ["Baca juga:"]


def test_a_long_line_is_no_reference_however_it_begins() -> None:
    assert _marked(PARAGRAPH, "Baca juga: " + "Kata " * 60, CLOSING) == []


@pytest.mark.parametrize("initials", ["(abc)", "(abc/def)", "[abc]", "(A012/B034)", "(Abc/Def)", "(abc & def)"])
def test_initials_below_the_last_sentence_are_marked(initials: str) -> None:
    assert _marked(PARAGRAPH, CLOSING, initials) == [initials]
    assert _marked(PARAGRAPH, CLOSING, initials, "Share") == [initials, "Share"]
    assert _marked(PARAGRAPH, initials, CLOSING) == []
    assert _marked(PARAGRAPH, "Mereka tampil bersama", initials) == [], "a sentence goes on in it"
    assert _marked(initials) == []


@pytest.mark.parametrize("line", ["(dengan catatan)", "(abc", "(bersambung)", "(abc) ujarnya", "[…]"])
def test_other_brackets_below_the_last_sentence_are_not_marked(line: str) -> None:
    assert _marked(PARAGRAPH, CLOSING, line) == []


@pytest.mark.parametrize("word", ["Sebelumnya", "Terbaru", "Facebook"])
def test_a_word_that_opens_the_next_lines_sentence_is_not_marked(word: str) -> None:
    """Where a link was lost on the way, its sentence goes on in another line."""
    assert _marked(PARAGRAPH, word, "pernah berjanji akan memperbaiki jalan itu.", CLOSING) == []
    assert _marked(PARAGRAPH, word, CLOSING) == [word]


def test_a_short_opening_below_baca_juga_is_no_headline() -> None:
    assert _marked(PARAGRAPH, "Baca juga:", "Menurut Bupati", "jalan itu rusak sejak lama.", CLOSING) == ["Baca juga:"]


def test_a_user_adds_lines_and_excepts_others() -> None:
    lines = [PARAGRAPH, "Tim  Redaksi Kami", "Share", CLOSING]
    extra, never = frozenset({"tim redaksi kami"}), frozenset({"share"})
    assert boilerplate_lines(lines) == {2}
    assert boilerplate_lines(lines, extra=extra) == {1, 2}
    assert boilerplate_lines(lines, extra=extra, never=never) == {1}
    assert boilerplate_lines(lines, extra=extra, never=extra) == {2}


def test_nothing_comes_of_nothing() -> None:
    assert boilerplate_lines([]) == frozenset()


@pytest.mark.parametrize(
    "line",
    [
        "//<![CDATA[ var iklan = 1;",
        "(function(a) { kirim(a); })();",
        "googletag.cmd.push(tampil)",
        "window.pasar = [];",
    ],
)
def test_program_text_is_boilerplate_however_long(line: str) -> None:
    assert boilerplate_lines(["Pasar ikan ramai.", line + " x" * 60]) == {1}
    assert boilerplate_lines(["Window shopping kini menjadi kebiasaan warga kota."]) == frozenset()


@given(st.text("aB \t\n\xa0\u2028\u200b\u00ad\u0130ß", max_size=20))
def test_lines_are_compared_without_case_and_with_single_spaces(line: str) -> None:
    assert normal_line(line) == " ".join(line.split()).casefold()


@given(st.from_regex(r"\A(?:[bBsSkKlLxX1_(„é\u212a\u017f]{1,2}|[Bb]ac|[sS\u017f]im|\u212alik)[a-z©: ]{0,4}\Z"))
def test_lines_that_may_refer_are_known_by_their_first_letters(line: str) -> None:
    opening = re.match(r"(\W*)(\w{3})", line)
    first = opening[2].lower() if opening else ""
    odd = opening is not None and (not first.isascii() or not opening[2].isascii() or "©" in opening[1])
    assert boilerplate._may_refer(line) is (first in boilerplate._REFERRING or odd)
