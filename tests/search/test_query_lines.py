"""Query files: what is read of them, and what is said of lines that hold no query."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carikm.errors import QueriesUnreadable
from carikm.search.query_lines import BadLine, QueryFormat, QueryLine, read_query_lines


def _read(content: str | bytes, name: str = "-", format: QueryFormat | None = None) -> list[QueryLine | BadLine]:
    raw = content if isinstance(content, bytes) else content.encode()
    return list(read_query_lines(io.BytesIO(raw), name, format))


PADI = QueryLine(1, "1", "panen padi")
SAME = [
    ("panen padi\n\n  harga beras \r\n", "lines"),
    ('qid,query\n\n1,panen padi\n4," harga beras "\n', "csv"),
    ('qid;query\n\n1;panen padi\n4;" harga beras "\n', "csv"),
    ("query\tqid\npanen padi\t1\n harga beras\t4", "tsv"),
    ('{"qid": 1, "query": "panen padi"}\n\n{"query": "harga beras", "qid": "4", "lain": []}\n', "jsonl"),
]


@pytest.mark.parametrize(("content", "format"), SAME)
@pytest.mark.parametrize("how", ["content", "ending", "option", "with a byte order mark"])
def test_formats(content: str, format: str, how: str) -> None:
    if format == "lines":
        content = content.replace("\n\n", "\n\n\n")
    content = "\ufeff" + content if how == "with a byte order mark" else content
    name = {"ending": f"kueri.{'txt' if format == 'lines' else format.upper()}", "option": "kueri.csv"}.get(
        how, "kueri"
    )
    found = _read(content, name, QueryFormat(format) if how == "option" else None)
    assert [line[1:] for line in found] == [("1", "panen padi"), ("4", "harga beras")]
    assert found[0].number == {"lines": 1, "csv": 3, "tsv": 2, "jsonl": 1}[format]


def test_without_a_qid_the_line_counts() -> None:
    assert _read("query\npanen padi\n\nharga beras\n") == [
        QueryLine(2, "2", "panen padi"),
        QueryLine(4, "4", "harga beras"),
    ]
    assert _read("qid,query\n,panen padi\n") == [QueryLine(2, "2", "panen padi")]
    assert _read('{"query": "panen padi"}\n{"qid": null, "query": "beras"}') == [PADI, QueryLine(2, "2", "beras")]


def test_quotes_of_a_query() -> None:
    assert _read('"panen padi" sawah\n') == [QueryLine(1, "1", '"panen padi" sawah')]
    assert _read('query\tqid\n"panen padi" sawah\ta\n') == [QueryLine(2, "a", '"panen padi" sawah')]
    assert _read('qid,query\na,"""panen padi"" sawah"\n') == [QueryLine(2, "a", '"panen padi" sawah')]


def test_a_record_of_several_lines_is_named_by_its_first() -> None:
    assert _read('qid,query\na,"panen\npadi"\nb,beras\n') == [
        QueryLine(2, "a", "panen\npadi"),
        QueryLine(4, "b", "beras"),
    ]


BAD = [
    (b"\xff\xfe\n", "lines", "UTF-8"),
    (b"a" * 1_000_001 + b"\n", "lines", "longer than 1,000,000 bytes"),
    (b"a" * 3_000_000 + b"\n", "lines", "longer than 1,000,000 bytes"),
    (b'{"query": \n', "jsonl", "broken JSON: Expecting value"),
    (b'{"query": "\xe9"}\n', "jsonl", "UTF-8"),
    (b'{"query": "\\ud800"}\n', "jsonl", "UTF-8"),
    (b"[" * 100_000 + b"\n", "jsonl", "broken JSON"),
    (b'{"query": ' + b"1" * 5000 + b"}\n", "jsonl", "broken JSON"),
    (b'["padi"]\n', "jsonl", "no JSON object"),
    (b'{"qid": "1"}\n', "jsonl", "no `query`"),
    (b'{"query": ["padi"]}\n', "jsonl", "no text"),
    (b'{"query": " "}\n', "jsonl", "empty"),
    (b'{"query": "padi", "qid": true}\n', "jsonl", "`qid`"),
    (b'{"query": "padi", "qid": 1.5}\n', "jsonl", "`qid`"),
    (b"1\n", "csv", "no column `query`"),
    (b"1,\n", "csv", "empty"),
    (b"1,harga beras, naik\n", "csv", "3 columns where the header has 2"),
    (b'1,"panen" padi\n', "csv", "broken CSV"),
    (b"1," + b"a" * 200_000 + b"\n", "csv", "broken CSV: field larger"),
    (b"1,caf\xe9\n", "csv", "UTF-8"),
    (b"1\n", "tsv", "no column `query`"),
]


@pytest.mark.parametrize(("line", "format", "reason"), BAD)
def test_a_bad_line_is_named_and_passed_over(line: bytes, format: str, reason: str) -> None:
    header, good = {
        "lines": (b"", b"panen padi\n"),
        "jsonl": (b"", b'{"query": "panen padi"}\n'),
        "csv": (b"qid,query\n", b",panen padi\n"),
        "tsv": (b"qid\tquery\n", b"\tpanen padi\n"),
    }[format]
    before, bad, after = _read(header + good + line + good, format=QueryFormat(format))
    first = 1 if not header else 2
    assert (before, after) == (
        QueryLine(first, str(first), "panen padi"),
        QueryLine(first + 2, str(first + 2), "panen padi"),
    )
    assert isinstance(bad, BadLine) and bad.number == first + 1
    assert reason in bad.reason and len(bad.reason) < 100


def test_a_quote_that_is_never_closed() -> None:
    (bad,) = _read('qid,query\na,"panen\npadi\n')
    assert isinstance(bad, BadLine) and bad.number == 2 and "broken CSV" in bad.reason


@pytest.mark.parametrize(
    ("content", "format"),
    [(content, format) for content in ("", "a,b\n1,2\n", "panen padi\n") for format in ("csv", "tsv")]
    + [('"query\n', "csv"), ("qid,query\n", "tsv")],
)
def test_a_table_without_a_column_of_queries(content: str, format: str) -> None:
    with pytest.raises(QueriesUnreadable, match=r"kueri\.\w+"):
        _read(content, f"kueri.{format}")


def test_nothing_to_read() -> None:
    assert _read("") == _read("\n \n") == _read("qid,query\n") == []


@given(st.binary(max_size=300), st.sampled_from([*QueryFormat, None]))
def test_any_bytes_can_be_read(content: bytes, format: QueryFormat | None) -> None:
    try:
        found = _read(content, format=format)
    except QueriesUnreadable:
        return
    numbers = [line.number for line in found]
    assert numbers == sorted(set(numbers)) and (not numbers or numbers[-1] <= content.count(b"\n") + 1)
    assert all(line.qid and line.text.strip() == line.text for line in found if isinstance(line, QueryLine))


_TEXT = st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip)


@given(st.lists(st.tuples(_TEXT, _TEXT)), st.sampled_from([QueryFormat.csv, QueryFormat.jsonl]))
def test_what_libraries_write_is_read(queries: list[tuple[str, str]], format: QueryFormat) -> None:
    stream = io.StringIO(newline="")
    if format is QueryFormat.csv:
        table = csv.writer(stream)
        table.writerows([("qid", "query"), *queries])
    else:
        stream.write("".join(json.dumps({"qid": qid, "query": text}) + "\n" for qid, text in queries))
    found = _read(stream.getvalue(), format=format)
    assert [line[1:] for line in found] == [(qid.strip(), text.strip()) for qid, text in queries]
