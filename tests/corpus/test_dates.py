"""Dates as Indonesian news writes them, held against dateparser where it knows the spelling."""

import datetime
import warnings

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from carikm.corpus import dates
from carikm.corpus.dates import find_dates

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import dateparser

MONTHS = (
    ("Januari", "Jan"),
    ("Februari", "Feb", "Pebruari", "Peb"),
    ("Maret", "Mar"),
    ("April", "Apr"),
    ("Mei", "May"),
    ("Juni", "Jun"),
    ("Juli", "Jul"),
    ("Agustus", "Agu", "Agt", "Ags", "Aug"),
    ("September", "Sep", "Sept"),
    ("Oktober", "Okt", "Oct"),
    ("November", "Nov", "Nopember", "Nop"),
    ("Desember", "Des", "Dec"),
)
# The spellings of the press that dateparser has no entry for.
UNKNOWN_TO_DATEPARSER = {"Pebruari", "Peb", "Agt", "Ags", "Nopember", "Nop", "Sept", "May", "Aug", "Oct", "Dec"}
WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
DATES = st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31))


def _dates(text: str) -> list[datetime.date]:
    return [mention.date for mention in find_dates(text)]


def _oracle(text: str) -> datetime.date | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = dateparser.parse(text, languages=["id"], settings={"DATE_ORDER": "DMY"})
    return found.date() if found else None


@pytest.mark.parametrize(
    ("name", "month"), [(name, month) for month, names in enumerate(MONTHS, start=1) for name in names]
)
def test_every_spelling_of_a_month_is_known(name: str, month: int) -> None:
    expected = datetime.date(2019, month, 7)
    for spelling in (name, name.upper(), name.lower(), name + "."):
        assert _dates(f"Acara pada 7 {spelling} 2019 di balai kota.") == [expected]
    if name not in UNKNOWN_TO_DATEPARSER:
        assert _oracle(f"7 {name} 2019") == expected


@settings(max_examples=60, deadline=None)
@given(DATES, st.integers(0, 3))
def test_named_months_read_as_dateparser_reads_them(date: datetime.date, spelling: int) -> None:
    names = [name for name in MONTHS[date.month - 1] if name not in UNKNOWN_TO_DATEPARSER]
    text = f"{date.day} {names[spelling % len(names)]} {date.year:04}"
    assert _dates(text) == [_oracle(text)] == [date]


@settings(max_examples=60, deadline=None)
@given(DATES, st.sampled_from(["{0:%d/%m/%Y}", "{0.day}/{0.month}/{0.year}", "{0:%d-%m-%Y}", "{0:%d.%m.%Y}"]))
def test_numbered_months_come_after_the_day_as_dateparser_reads_them(date: datetime.date, form: str) -> None:
    text = form.format(date)
    assert _dates(text) == [_oracle(text)] == [date]


@settings(max_examples=100, deadline=None)
@given(DATES)
def test_iso_dates_are_read(date: datetime.date) -> None:
    assert _dates(f"Terbit {date.isoformat()} pagi") == [date]
    assert _dates(f"{date.isoformat()}T07:30:00+07:00") == [date]


@settings(max_examples=100, deadline=None)
@given(DATES, st.integers(0, 6), st.sampled_from(["{}, ", "{} ", "{} malam, ", "{} (", "{},", "{} dini hari (", "{}("]))
def test_a_weekday_beside_the_date_is_checked(date: datetime.date, weekday: int, form: str) -> None:
    text = f"Acara digelar {form.format(WEEKDAYS[weekday])}{date.day}/{date.month}/{date.year}) lalu."
    (mention,) = find_dates(text)
    assert mention.date == date
    assert mention.weekday_fits == (date.weekday() == weekday)
    assert text[mention.start :].startswith(WEEKDAYS[weekday])


@pytest.mark.parametrize(
    "text",
    [
        "Rabu, 1 Maret 2017",
        "RABU,1 MARET 2017",
        "Rabu malam, 1 Maret 2017",
        "Rabu dini hari (1/3/2017)",
        "Rabu petang WIB, 1 Maret 2017",
        "Rabu lalu, 1 Maret 2017",
        "Rabu tanggal 1 Maret 2017",
        "rabu\xa0(01-03-2017)",
        "Rabu, 2017-03-01",
        "Rabu, 1-Maret-2017",
    ],
)
def test_what_stands_between_weekday_and_date_does_not_part_them(text: str) -> None:
    (mention,) = find_dates(f"Itu terjadi {text}, kata saksi.")
    assert (mention.date, mention.weekday_fits) == (datetime.date(2017, 3, 1), True)


@pytest.mark.parametrize("friday", ["Jumat", "Jum'at", "Jum’at", "JUM'AT"])
def test_friday_has_an_apostrophe_or_none(friday: str) -> None:
    (mention,) = find_dates(f"{friday}, 3 Maret 2017")
    assert mention.weekday_fits is True


def test_sunday_has_two_names() -> None:
    assert [mention.weekday_fits for mention in find_dates("Minggu, 5 Maret 2017; Ahad, 5 Maret 2017")] == [True, True]


def test_a_weekday_elsewhere_in_the_sentence_says_nothing() -> None:
    (mention,) = find_dates("Sejak Senin warga menunggu keputusan tanggal 1 Maret 2017.")
    assert mention.weekday_fits is None


@pytest.mark.parametrize(
    "text",
    [
        "31 Februari 2020",
        "29/2/2019",
        "30 Pebruari 2020",
        "0 Mei 2020",
        "32/1/2020",
        "12/13/2020",
        "2020-02-30",
        "1 Mei 0999",
        "1 Mei 2100",
    ],
)
def test_impossible_dates_are_passed_over(text: str) -> None:
    assert _dates(f"Tanggal {text}. Lalu 2 Mei 2020.") == [datetime.date(2020, 5, 2)]


@pytest.mark.parametrize(
    "text",
    [
        "17 Agustus",
        "Agustus 1945",
        "tahun 2020",
        "Senin (12/3)",
        "nomor 1/2/2020/3",
        "skor 21-18-2019-5",
        "123 Mei 2020",
        "1 Meiosis 2020",
        "1 Mei 20201",
        "11/22/33",
        "1.500 Mei",
        "1,5 Mei 2020",
        "7.5 Mei 2020",
        "pukul 10.30.2020-1",
        "17 \u017feptember 1945",
        "3 apr\u0131l 2020",
    ],
)
def test_what_is_no_full_date_is_left_alone(text: str) -> None:
    assert _dates(text) == []


def test_every_date_of_a_text_is_found_in_order_with_its_place() -> None:
    text = "Dari 1 Mei 2020 hingga 2/6/2020, lalu 2020-07-03."
    mentions = list(find_dates(text))
    assert [text[m.start : m.end] for m in mentions] == ["1 Mei 2020", "2/6/2020", "2020-07-03"]
    assert [m.date.month for m in mentions] == [5, 6, 7]


UGLY = st.text(
    st.sampled_from("0123456789/-., ()\n\xa0\u0661\u0131\u017f") | st.sampled_from("SeninMeAgustJm'’"), max_size=60
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(["Senin", "mınggu", " Mei ", "apr\u0131l", "2020", "/3/", " 1 Mei 2020 ", "(2/6/2020)"]) | UGLY,
        max_size=10,
    )
)
@example(["Senin", " 1 Mei 2020 ", "(2/6/2020)"])
def test_any_text_can_be_searched(parts: list[str]) -> None:
    text = "".join(parts)
    end = 0
    for mention in find_dates(text):
        assert end <= mention.start < mention.end <= len(text)
        assert str(mention.date.day) in "".join(str(int(c)) for c in text[mention.start : mention.end] if c.isdecimal())
        end = mention.end


def test_a_weekday_before_very_long_white_space_is_still_searched() -> None:
    # Backing out of white space in steps would take hours here.
    assert _dates("Senin" + " ," * 50_000 + "x 1 Mei 2020") == [datetime.date(2020, 5, 1)]


@given(st.text("0123/-. ab", max_size=20))
def test_in_ascii_a_year_is_found_where_it_is_found_elsewhere(text: str) -> None:
    assert (dates._YEAR_IN_ASCII.search(text) is None) is (dates._YEAR.search(text) is None)
