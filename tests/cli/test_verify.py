"""`carikm verify`: what carikm prints confirms itself, what stands no more is named, other JSON is refused."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carikm.cli import cited
from carikm.cli.cited import read_citations
from carikm.errors import HitsUnreadable
from tests.cli.harness import Desk
from tests.conftest import REPOSITORY, SEEDS

QUOTING = [
    ["search", "industri", "--json"],
    ["search", "industri", "--jsonl", "--explain"],
    ["search", "industri", "--json", "--facets", "--group", "source"],
    ["show", "003", "--json"],
    ["show", "003", "--jsonl", "--query", "industri"],
    ["show", "003:2", "--json"],
    ["similar", "003", "--json"],
    ["similar", "003:5", "--jsonl"],
    ["batch", "pertanyaan.txt"],
]
HIT: dict[str, Any] = {
    "article": {"path": "arsip/kopi.txt"},
    "chunk": {"number": 1, "line_start": 1, "line_end": 1, "byte_start": 0, "byte_end": 5, "text": "Panen"},
}


@pytest.fixture
def own_desk(desk: Desk) -> Desk:
    """The five articles, to be changed."""
    shutil.copytree(SEEDS, desk.folder / "seeds")
    desk.write({"pertanyaan.txt": "sentra logam\nindustri\n"})
    return desk


def _written(desk: Desk, *command: str, name: str = "temuan.json") -> str:
    (desk.folder / name).write_bytes(desk.call(*command).expect(0).output)
    return name


@pytest.mark.parametrize("command", QUOTING, ids=" ".join)
def test_what_carikm_prints_stands(own_desk: Desk, command: list[str]) -> None:
    name = _written(own_desk, *command)
    told = own_desk.call("verify", name).expect(0)
    count = re.fullmatch(r"(\d+) of (\d+) quotations confirmed\.\n", told.out)
    assert count and count[1] == count[2] != "0"
    document = own_desk.call("verify", name, "--json").expect(0).document()
    assert document == {
        "schema": "carikm.verify/1",
        "total": int(count[2]),
        "confirmed": int(count[2]),
        "failed": [],
    }
    lines = own_desk.call("verify", name, "--jsonl").expect(0).documents()
    assert [line["state"] for line in lines] == ["confirmed"] * int(count[2])


def test_hostile_articles_stand(hostile_desk: Desk, tmp_path: Path) -> None:
    found = hostile_desk.call("search", "gudang jembatan sajak juru pasar", "--jsonl", "--boilerplate", "-n", "50")
    (tmp_path / "semua.jsonl").write_bytes(found.expect(0).output)
    told = hostile_desk.call("verify", str(tmp_path / "semua.jsonl")).expect(0)
    assert told.out == f"{len(found.documents())} of {len(found.documents())} quotations confirmed.\n"
    assert len({line["article"]["path"] for line in found.documents()}) == 5


def test_one_changed_byte_is_named(own_desk: Desk) -> None:
    name = _written(own_desk, "search", "sentra logam", "--jsonl")
    path = own_desk.folder / "seeds" / "003_43943d992f4a7b6d.txt"
    raw = path.read_bytes()
    path.write_bytes(raw[:700] + b"\x1b" + raw[701:])
    told = own_desk.call("verify", name).expect(1)
    first, last = told.out.splitlines()
    assert first == (
        'seeds/003_43943d992f4a7b6d.txt:9: changed: byte 700 differs: expected "ersebut dila", '
        'found "\\x1brsebut dila"  (temuan.json:2)'
    )
    assert last == "5 of 6 quotations confirmed."
    document = own_desk.call("verify", name, "--json").expect(1).document()
    assert (document["total"], document["confirmed"]) == (6, 5)
    (failed,) = document["failed"]
    facts = ("path", "cited", "state", "line", "byte", "expected", "found")
    assert [failed[fact] for fact in facts] == [
        "seeds/003_43943d992f4a7b6d.txt",
        "temuan.json:2",
        "changed",
        9,
        700,
        "ersebut dila",
        "\\x1brsebut dila",
    ]
    lines = own_desk.call("verify", name, "--jsonl").expect(1).documents()
    assert [line["state"] for line in lines].count("confirmed") == 5
    assert {"schema": "carikm.verdict/1", **failed} in lines


def test_the_example_of_the_readme(own_desk: Desk) -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```console\n(\$ carikm search [^\n]*\n\$ carikm verify .*?)\n```", readme, re.DOTALL)
    search, verify, confirmed, again, *shown = example.split("\n")
    words, name = re.fullmatch(r'\$ carikm search "(.*)" --jsonl > (\S+)', search).groups()  # type: ignore[union-attr]
    assert verify == f"$ carikm verify {name}" and again.startswith(f"{verify}  # one letter")
    _written(own_desk, "search", words, "--jsonl", name=name)
    assert own_desk.call("verify", name).expect(0).out == f"{confirmed}\n"
    path = own_desk.folder / "seeds" / "003_43943d992f4a7b6d.txt"
    raw = path.read_bytes()
    path.write_bytes(raw[:700] + b"a" + raw[701:])
    assert own_desk.call("verify", name).expect(1).out.split() == " ".join(shown).split()


def test_a_folder_will_do_without_an_index(own_desk: Desk) -> None:
    name = _written(own_desk, "search", "industri", "--json")
    shutil.rmtree(own_desk.folder / "index")
    (own_desk.folder / "seeds").rename(own_desk.folder / "arsip")
    own_desk.call("verify", name).expect(2).says("--corpus DIR")
    own_desk.call("verify", name, "--corpus", "arsip").expect(0)
    assert not (own_desk.folder / "index").exists()
    own_desk.call("verify", name, "--corpus", "tidak-ada").expect(2).says("does not exist")
    own_desk.call("verify", name, "--corpus", "arsip", "--index", "index").expect(2).says("carikm index")


def test_files_that_are_gone_or_closed_say_so(archive: Desk) -> None:
    name = _written(archive, "search", "kopi", "--jsonl")
    path = archive.folder / "arsip" / "kopi.txt"
    path.rename(archive.folder / "kopi.txt")
    archive.call("verify", name).expect(1).out.startswith("arsip/kopi.txt:1: gone: there is no such file in ")
    path.symlink_to(archive.folder / "kopi.txt")
    assert "unreadable: symbolic link, not followed" in archive.call("verify", name).expect(1).out


def test_a_whole_file_is_told_by_its_hash(archive: Desk) -> None:
    name = _written(archive, "show", "kopi", "--json")
    path = archive.folder / "arsip" / "kopi.txt"
    path.write_bytes(path.read_bytes() + b"\n")
    told = archive.call("verify", name).expect(1)
    assert "arsip/kopi.txt: changed: the file has changed, here or elsewhere: its sha256 is " in told.out
    assert told.out.endswith("1 of 2 quotations confirmed.\n")


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([HIT, HIT]),
        json.dumps({"hits": [HIT, HIT]}, indent=2),
        json.dumps([HIT, {"hits": [HIT]}], indent=1),
        f"{json.dumps(HIT)}\n\n{json.dumps(HIT)}",
        json.dumps(HIT, indent=4) + "\n" + json.dumps(HIT, indent=4) + "\n",
        "\ufeff" + json.dumps({"schema": "carikm.search/1", "hits": [HIT, HIT], "another field": 1}) + "\r\n",
    ],
)
def test_json_as_other_tools_write_it(archive: Desk, text: str) -> None:
    archive.write({"temuan.json": text})
    assert archive.call("verify", "temuan.json").expect(0).out == "2 of 2 quotations confirmed.\n"


def _with(part: str, **changes: Any) -> str:
    return json.dumps({**HIT, part: {**HIT[part], **changes}})


BAD = [
    ("{", "temuan.json:1: broken JSON: Expecting property name"),
    ('{"hits": [', "temuan.json:1: broken JSON: Expecting value at column 11, found the end"),
    (json.dumps(HIT) + "\nbukan json\n", "temuan.json:2: broken JSON: Expecting value at column 1, found 'bukan json'"),
    (json.dumps(HIT) + "\n" + json.dumps(HIT)[:-9], "temuan.json:2: broken JSON"),
    (json.dumps(HIT, indent=1) + "\n{\n 'a': 1}\n", "temuan.json:15: broken JSON"),
    ("\n\n[" * 100_000, "temuan.json:3: broken JSON: brackets within brackets"),
    ('{"hits":' * 100_000, "temuan.json:1: broken JSON: brackets within brackets"),
    ("[\n" * 100_000, "temuan.json:1: broken JSON: brackets within brackets"),
    ("3", "temuan.json:1: 3 stands where an object should"),
    ("[[]]", "temuan.json:1: [0]: an array stands where an object should"),
    ('{"schema": "carikm.list/1", "articles": []}', "temuan.json:1: schema: 'carikm.list/1' has no quotations"),
    ('{"schema": 1}', "temuan.json:1: schema: 1 stands where text should"),
    ('{"qid": "1"}', "temuan.json:1: nothing is quoted here; expected `hits`, `chunk` or `chunks`"),
    ('{"hits": {}}', "temuan.json:1: hits: an object stands where an array should"),
    ('{"hits": [{"hits": []}]}', "temuan.json:1: hits[0]: nothing is quoted here"),
    ('{"hits": [{"article": {}}]}', "temuan.json:1: hits[0].chunk: nothing stands where an object should"),
    (_with("article", path=7), "temuan.json:1: article.path: 7 stands where text should"),
    (_with("chunk", byte_end=True), "temuan.json:1: chunk.byte_end: True stands where a whole number should"),
    (_with("chunk", byte_start=-1), "temuan.json:1: chunk.byte_start: -1 stands where a whole number should"),
    (_with("chunk", byte_start=1.5), "temuan.json:1: chunk.byte_start: 1.5 stands where a whole number should"),
    (_with("chunk", byte_start=9), "temuan.json:1: chunk.byte_end: 5 is not behind byte_start, which is 9"),
    (_with("chunk", byte_end=10**60), "temuan.json:1: chunk.byte_end: 1000000"),
    (_with("chunk", line_end=2**63), "temuan.json:1: chunk.line_end: 9223372036854775808 stands where"),
    (_with("chunk", text=""), "temuan.json:1: chunk.text: the text is empty"),
    (_with("chunk", text=None), "temuan.json:1: chunk.text: nothing stands where text should"),
    (_with("chunk", repaired_text=[]), "temuan.json:1: chunk.repaired_text: an array stands where text should"),
    (_with("chunk", number=float("nan")), "temuan.json:1: broken JSON: NaN is no number in JSON"),
    (_with("chunk", number=float("inf")), "temuan.json:1: broken JSON: Infinity is no number in JSON"),
    (f'{{"hits": {"9" * 5000}}}', "temuan.json:1: broken JSON: Exceeds the limit"),
    (b'{"hits": "\xff"}', "temuan.json:1: byte 10 of the line is not UTF-8"),
    (b"\x89PNG\r\n\x1a\n", "temuan.json:1: byte 0 of the line is not UTF-8"),
]


@pytest.mark.parametrize(("text", "message"), BAD, ids=[message[:60] for _, message in BAD])
def test_what_is_no_such_json_is_refused_by_its_place(archive: Desk, text: str | bytes, message: str) -> None:
    archive.write({"temuan.json": text})
    told = archive.call("verify", "temuan.json").expect(2).says(f"carikm: {message}", "--jsonl | carikm verify -")
    assert len(told.err.splitlines()) == 2 and "confirmed" not in told.out
    error = archive.call("verify", "temuan.json", "--json").error()
    assert error["code"] == "hits-unreadable" and error["message"].startswith(message)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"path": "arsip/../kopi.txt"}, "refused"),
        ({"path": "/etc/passwd"}, "refused"),
        ({"path": "arsip/\ud800.txt"}, "refused"),
        ({"path": "arsip/\x1b[2J\u202e.txt"}, "gone"),
    ],
)
def test_hostile_paths_open_nothing_and_act_on_nothing(archive: Desk, changes: dict[str, str], state: str) -> None:
    archive.write({"temuan.json": _with("article", **changes)})
    told = archive.call("verify", "temuan.json").expect(1)
    assert f": {state}: " in told.out and "\x1b" not in told.out and "\u202e" not in told.out
    (document,) = archive.call("verify", "temuan.json", "--json").expect(1).document()["failed"]
    assert (document["state"], document["path"]) == (state, changes["path"])


@pytest.mark.parametrize("text", ["", "\n \n", '{"schema": "carikm.search/1", "hits": []}', "[]"])
def test_nothing_to_confirm_is_nothing_found(archive: Desk, text: str) -> None:
    archive.write({"temuan.json": text})
    told = archive.call("verify", "temuan.json").expect(1)
    assert told.out == "There is no hit in temuan.json, so nothing to confirm.\n"


def test_no_document_may_be_longer_than_is_said(archive: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cited, "LONGEST", len(json.dumps(HIT)) + 1)
    archive.write({"temuan.json": (json.dumps(HIT) + "\n") * 3})
    archive.call("verify", "temuan.json").expect(0)
    for text in (json.dumps({**HIT, "rank": 1}), json.dumps(HIT, indent=1)):
        archive.write({"temuan.json": text})
        archive.call("verify", "temuan.json").expect(2).says("temuan.json:1: a document of more than", "--jsonl")


def test_a_pipe_is_read_as_it_comes(archive: Desk) -> None:
    """Each line is answered before the next is there."""
    with archive.start("verify", "-", "--jsonl", stdin=-1, env=archive.variables | {"PYTHONUNBUFFERED": "1"}) as run:
        assert run.stdin and run.stdout
        for _ in range(3):
            run.stdin.write(json.dumps(HIT).encode() + b"\n")
            run.stdin.flush()
            assert json.loads(run.stdout.readline())["state"] == "confirmed"
        run.stdin.close()
        assert run.wait() == 0


def test_a_file_that_cannot_be_opened(archive: Desk) -> None:
    archive.call("verify", "tidak-ada.json").expect(2).says("tidak-ada.json cannot be read: no such file")
    archive.call("verify", "arsip").expect(2)


class _Bytes:
    """Lines of bytes in memory."""

    def __init__(self, raw: bytes) -> None:
        import io

        self.readline = io.BytesIO(raw).readline


KEYS = st.sampled_from([*HIT["chunk"], "schema", "hits", "chunks", "chunk", "article", "path", "sha256"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=10,
)
NEAR = st.fixed_dictionaries(
    {"article": st.fixed_dictionaries({"path": VALUES}), "chunk": st.dictionaries(KEYS, VALUES)}
)


@settings(deadline=None)
@given(st.lists(VALUES | NEAR, max_size=3), st.sampled_from([None, 1]))
def test_any_json_is_citations_or_one_error(documents: list[Any], indent: int | None) -> None:
    text = "\n".join(json.dumps(document, indent=indent) for document in documents)
    try:
        assert list(read_citations(_Bytes(text.encode()), "x")) is not None
    except HitsUnreadable as error:
        assert error.message.startswith("x:")


@settings(deadline=None)
@given(st.binary())
def test_any_bytes_are_citations_or_one_error(raw: bytes) -> None:
    try:
        assert list(read_citations(_Bytes(raw), "x")) == []
    except HitsUnreadable as error:
        assert error.message.startswith("x:")
