"""A search is limited to the days it was asked for, and what cannot be judged is counted, never lost."""

import datetime
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import carikm
from carikm.errors import UsageError
from carikm.index.build import build_index
from carikm.search.hits import Result
from carikm.search.period import Period, read_period

DAYS = {"a": "2019-12-31", "b": "2020-01-01", "c": "2020-09-15", "d": "2020-09-30", "e": "2021-01-01"}
MONTHS = {"01": "Januari", "09": "September", "12": "Desember"}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five articles of known days and two without, all on lanterns; the index beside them."""
    folder = tmp_path_factory.mktemp("arsip")
    corpus = folder / "berita"
    corpus.mkdir()
    for name, day in DAYS.items():
        year, month, number = day.split("-")
        head = f"Festival Lampion Digelar di Alun-Alun Kota\n\n{number} {MONTHS[month]} {year}\n\n"
        corpus.joinpath(f"{name}.txt").write_text(f"{head}Warga menyalakan lampion di alun-alun.\n\nAdvertisement\n")
    for name in ("x", "y"):
        text = f"Lampion Kertas dari Desa {name.upper()} Diminati\n\nPerajin membuat lampion.\n\nAdvertisement\n"
        corpus.joinpath(f"{name}.txt").write_text(text)
    build_index(corpus, folder / "index")
    return folder


def _find(archive: Path, query: str = "lampion", **options: object) -> tuple[set[str], Result]:
    result = carikm.find(query, index=archive / "index", **options).result  # type: ignore[arg-type]
    return {hit.article.name for hit in result.hits}, result


@pytest.mark.parametrize(
    ("since", "until", "names"),
    [
        ("2020", None, "bcde"),
        (None, "2020", "abcd"),
        ("2020", "2020", "bcd"),
        ("2020-09", None, "cde"),
        (None, "2020-09", "abcd"),
        ("2020-09", "2020-09", "cd"),
        ("2020-09-15", "2020-09-15", "c"),
        ("2020-09-16", "2020-09-29", ""),
        (datetime.date(2020, 9, 15), datetime.datetime(2020, 9, 30, 8), "cd"),
        ("2022", None, ""),
    ],
)
def test_both_days_are_included(archive: Path, since: object, until: object, names: str) -> None:
    found, result = _find(archive, since=since, until=until)
    assert found == set(names)
    assert (result.total, result.undated_left_out) == (len(names), 2)
    found, result = _find(archive, since=since, until=until, undated=True)
    assert found == {*names, "x", "y"}
    assert (result.total, result.undated_left_out) == (len(names) + 2, 0)


def test_without_a_period_nothing_is_left_out(archive: Path) -> None:
    for undated in (False, True):
        found, result = _find(archive, undated=undated)
        assert found == {*DAYS, "x", "y"} and result.undated_left_out == 0


def test_limit_and_offset_count_within_the_period(archive: Path) -> None:
    ranked = [hit.article.name for hit in _find(archive, since="2020", until="2020")[1].hits]
    assert len(ranked) == 3
    for offset in range(3):
        result = _find(archive, since="2020", until="2020", limit=1, offset=offset)[1]
        assert [(hit.article.name, hit.rank) for hit in result.hits] == [(ranked[offset], offset + 1)]
        assert result.total == 3


def test_a_period_does_not_change_scores(archive: Path) -> None:
    scores = {hit.article.name: hit.score for hit in _find(archive)[1].hits}
    for hit in _find(archive, since="2020-09")[1].hits:
        assert hit.score == scores[hit.article.name]


def test_boilerplate_is_limited_too(archive: Path) -> None:
    found, result = _find(archive, "advertisement", since="2020", until="2020")
    assert (found, result.boilerplate_left_out, result.undated_left_out) == (set(), 3, 0)
    assert _find(archive, "advertisement", since="2020", until="2020", undated=True)[1].boilerplate_left_out == 5
    found, result = _find(archive, "advertisement", since="2020", until="2020", boilerplate=True)
    assert (found, result.undated_left_out) == (set("bcd"), 2)


def test_a_period_goes_with_the_other_limits(archive: Path) -> None:
    assert _find(archive, since="2020", by_article=True)[0] == set("bcde")
    assert _find(archive, since="2020", article="a")[0] == set()
    found, result = _find(archive, since="2020", article="x")
    assert (found, result.undated_left_out) == (set(), 1)


@pytest.mark.parametrize(
    "given",
    ["", "2020-9", "20", "2020-13", "2020-00", "2020-02-30", "2020-00-10", "0000", "2020/09", "32-09-2020", "٢٠٢٠"],
)
def test_what_is_no_date_is_refused(given: str) -> None:
    for option, arguments in (("--since", (given, None)), ("--until", (None, given))):
        with pytest.raises(UsageError) as refused:
            read_period(*arguments)
        assert f"{option} {given!r}" in refused.value.message and "2020-09-28" in refused.value.message
        assert option in refused.value.hint


def test_a_day_may_be_written_as_indonesian_has_it() -> None:
    assert read_period("28-9-2020", "28/09/2020") == Period("2020-09-28", "2020-09-28")


def test_days_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(UsageError, match=re.escape("--since 2021 lies after --until 2020-12")):
        read_period("2021", "2020-12")
    assert read_period("2020-12", "2020") == Period("2020-12-01", "2020-12-31")


@given(st.dates())
def test_a_month_and_a_year_end_on_their_last_days(day: datetime.date) -> None:
    iso = day.isoformat()
    period = read_period(iso[:7], iso[:7])
    assert period is not None and period.since is not None and period.until is not None
    first, last = datetime.date.fromisoformat(period.since), datetime.date.fromisoformat(period.until)
    assert first <= day <= last and first.day == 1 and (first.month, last.month) == (day.month, day.month)
    assert last == datetime.date.max or (last + datetime.timedelta(1)).day == 1
    assert read_period(iso[:4], iso[:4]) == Period(f"{iso[:4]}-01-01", f"{iso[:4]}-12-31")
    assert read_period(day, iso) == Period(iso, iso)
