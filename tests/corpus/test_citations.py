"""Citations: what was read confirms itself, and one byte of difference is found where it is."""

import hashlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carikm.corpus.article import Article, parse_article
from carikm.corpus.citations import Citation, Quoted, Verdict, escaped, verify
from carikm.corpus.files import SourceFile, Unreadable

BERITA = """Warga Menanam Bakau di Pesisir Utara

Ratusan bibit bakau ditanam warga pada Sabtu pagi. “Ini untuk anak cucu,” kata ketua kelompok tani.
Penanaman berlanjut pekan depan.

Biaya penanaman ditanggung bersama oleh warga dan café setempat.
"""
LONG = " ".join(f"Kalimat ke-{i} bercerita tentang sawah di lereng gunung itu." for i in range(60))
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"]
LINE_ENDS = ["\n", "\r\n", "\r"]
LETTERS = st.sampled_from("abc \n\t\r.\u00a0\u2028é“”€ñ😀â€")


def _cited(path: str, article: Article) -> list[Citation]:
    """Quote an article whole, as its chunks say of themselves."""
    return [
        Citation(
            "sini",
            path,
            Quoted(c.number, c.line_start, c.line_end, c.byte_start, c.byte_end, c.text, c.readable),
        )
        for c in article.chunks
    ]


def _quoted(folder: Path, raw: bytes, name: str = "a.txt") -> list[Citation]:
    (folder / name).write_bytes(raw)
    return _cited(f"arsip/{name}", parse_article(SourceFile(name, len(raw), 0), raw, min_words=5))


def _verdicts(folder: Path, citations: list[Citation]) -> list[Verdict]:
    return [verdict for _, verdict in verify(folder, citations)]


@pytest.mark.parametrize("end", LINE_ENDS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_was_read_stands(tmp_path: Path, encoding: str, end: str) -> None:
    citations = _quoted(tmp_path, f"{BERITA}\n{LONG}\n".replace("\n", end).encode(encoding))
    assert len(citations) > 3 or end == "\r"
    assert {verdict.state for verdict in _verdicts(tmp_path, citations)} == {"confirmed"}


@settings(deadline=None)
@given(st.text(LETTERS, min_size=1), st.sampled_from(ENCODINGS[:4]))
def test_whatever_was_read_stands(text: str, encoding: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            citations = _quoted(Path(folder), text.encode(encoding))
        except Unreadable:
            return
        assert all(verdict.is_confirmed for verdict in _verdicts(Path(folder), citations))


@settings(deadline=None)
@given(st.data())
def test_one_changed_byte_is_found_where_it_is(data: st.DataObject) -> None:
    encoding = data.draw(st.sampled_from(ENCODINGS))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        raw = BERITA.encode(encoding)
        citations = _quoted(folder, raw)
        place = data.draw(st.integers(0, len(raw) - 1))
        changed = bytearray(raw)
        changed[place] = data.draw(st.integers(0, 255).filter(lambda byte: byte != raw[place]))
        (folder / "a.txt").write_bytes(changed)
        whole = Citation("sini", "arsip/a.txt", sha256=hashlib.sha256(raw).hexdigest())
        *verdicts, of_all = _verdicts(folder, [*citations, whole])
        assert of_all.state == "changed"
        for citation, verdict in zip(citations, verdicts, strict=True):
            quoted = citation.quoted
            assert quoted is not None
            if quoted.byte_start <= place < quoted.byte_end:
                assert (verdict.state, verdict.byte) == ("changed", place)
                assert verdict.expected == escaped(raw[place : min(place + 12, quoted.byte_end)])
                assert verdict.found == escaped(bytes(changed[place : min(place + 12, quoted.byte_end)]))
            elif not verdict.is_confirmed and place >= 4:  # where a byte order mark may stand
                codec = encoding if encoding != "utf-8-sig" else "utf-8"
                assert verdict.state == "lines"
                assert raw.decode(codec).count("\n") != changed.decode(codec, "ignore").count("\n")


def test_the_line_of_a_change_is_that_of_an_editor(tmp_path: Path) -> None:
    raw = BERITA.encode()
    citations = _quoted(tmp_path, raw)
    place = raw.index(b"anak cucu")
    (tmp_path / "a.txt").write_bytes(raw[:place] + b"e" + raw[place + 1 :])
    (found,) = [verdict for verdict in _verdicts(tmp_path, citations) if not verdict.is_confirmed]
    assert (found.line, found.byte, found.expected, found.found) == (
        3,
        place,
        "anak cucu,\\xe2\\x80",
        "enak cucu,\\xe2\\x80",
    )
    assert f"byte {place} differs" in found.message


def test_other_lines_and_other_places(tmp_path: Path) -> None:
    raw = BERITA.encode()
    citations = _quoted(tmp_path, raw)
    (tmp_path / "a.txt").write_bytes(b"Baris baru.\n" + raw)
    assert {verdict.state for verdict in _verdicts(tmp_path, citations)} == {"moved"}
    head = raw.index(b"\n")
    (tmp_path / "a.txt").write_bytes(raw[:head] + b"\n" + raw[head + 1 :].replace(b"\n", b" ", 1))
    first, *others = _verdicts(tmp_path, citations)
    assert (first.is_confirmed, {verdict.state for verdict in others}) == (True, {"lines"})
    assert "lines 2 to" in others[0].message


def test_a_file_that_ends_too_early(tmp_path: Path) -> None:
    raw = BERITA.encode()
    citations = _quoted(tmp_path, raw)
    (tmp_path / "a.txt").write_bytes(raw[:-20])
    last = _verdicts(tmp_path, citations)[-1]
    assert (last.state, last.byte, last.found) == ("changed", len(raw) - 20, "") and "end of the file" in last.message


def test_text_that_was_changed_in_the_citation(tmp_path: Path) -> None:
    citation = _quoted(tmp_path, BERITA.encode())[0]
    quoted = citation.quoted
    assert quoted is not None

    def verdict(**changes: str) -> Verdict:
        return _verdicts(tmp_path, [citation._replace(quoted=quoted._replace(**changes))])[0]

    assert verdict(text=quoted.text + "!").byte == quoted.byte_end
    assert verdict(text=quoted.text[:-1]).byte == quoted.byte_end - 1
    assert verdict(text=quoted.text.upper()).state == "changed"
    assert verdict(text="\ud800").state == "text"
    assert verdict(readable="sesuatu yang lain").state == "text"


def test_mended_text_is_mended_again(tmp_path: Path) -> None:
    citations = _quoted(tmp_path, "Penyair â€œbesarâ€\x9d itu membaca sajak di cafÃ© dekat pasar.\n".encode())
    assert citations[0].quoted is not None and citations[0].quoted.readable != citations[0].quoted.text
    assert _verdicts(tmp_path, citations) == [Verdict("confirmed")]


def test_what_no_citation_may_open(tmp_path: Path) -> None:
    folder = tmp_path / "arsip"
    folder.mkdir()
    secret = _quoted(tmp_path, BERITA.encode(), "rahasia.txt")[0]
    (folder / "kunci.pem").write_text(BERITA, encoding="utf-8")
    (folder / "tautan.txt").symlink_to(tmp_path / "rahasia.txt")
    (folder / "luar").symlink_to(tmp_path)
    (folder / "map.txt").mkdir()
    refused = ["arsip/../rahasia.txt", f"arsip/{tmp_path}/rahasia.txt", "arsip//rahasia.txt", "arsip/./a.txt", "arsip"]
    refused += ["arsip/kunci.pem", "arsip/luar/rahasia.txt", "arsip/a\0.txt", "arsip/\ud800.txt", "", "/", "arsip/.."]
    unreadable = ["arsip/tautan.txt", "arsip/map.txt", "arsip/" + "panjang" * 100 + ".txt"]
    gone = ["arsip/tidak-ada.txt", "arsip/kunci.pem/a.txt", "arsip/\udcff.txt"]
    states = {path: _verdicts(folder, [secret._replace(path=path)])[0].state for path in [*refused, *unreadable, *gone]}
    assert states == dict.fromkeys(refused, "refused") | dict.fromkeys(unreadable, "unreadable") | dict.fromkeys(
        gone, "gone"
    )


def test_a_file_that_became_binary_says_so_where_it_did(tmp_path: Path) -> None:
    raw = BERITA.encode()
    citations = _quoted(tmp_path, raw)
    (tmp_path / "a.txt").write_bytes(raw[:50] + b"\0" + raw[51:])
    (found,) = [verdict for verdict in _verdicts(tmp_path, citations) if not verdict.is_confirmed]
    assert (found.byte, found.line) == (50, 3) and "NUL" in found.message


def test_numbers_beyond_all_files(tmp_path: Path) -> None:
    citation = _quoted(tmp_path, BERITA.encode())[0]
    far = Quoted(1, 2**62, 2**62, 2**62, 2**63 - 1, "teks")
    (verdict,) = _verdicts(tmp_path, [citation._replace(quoted=far)])
    assert (verdict.state, verdict.byte, verdict.found) == ("changed", 2**62, "")


def test_escapes() -> None:
    assert escaped(b'a\\b"\x1b[31m\xc3\xa9\n') == 'a\\x5cb"\\x1b[31m\\xc3\\xa9\\x0a'
