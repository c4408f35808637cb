"""A user's corrections: what the file may say, what is refused and how, and what differs from an index."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carikm.errors import CorrectionsInvalid
from carikm.index.corrections import NO_CORRECTIONS, Corrections, read_corrections, unlike


def _read(folder: Path, text: str | bytes) -> Corrections:
    """Read a file of that content, beside an index folder."""
    path = folder / "carikm.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_corrections(folder / "index")


def test_without_a_file_nothing_is_corrected(tmp_path: Path) -> None:
    assert read_corrections(tmp_path / "index") is NO_CORRECTIONS


def test_an_empty_file_corrects_nothing(tmp_path: Path) -> None:
    assert _read(tmp_path, "") == NO_CORRECTIONS


def test_everything_a_file_may_say(tmp_path: Path) -> None:
    found = _read(
        tmp_path,
        """
        never_stem = ["Manahan"]
        stop_words = ["Ujarnya"]
        boilerplate = ["Ikuti  kami di sini"]
        not_boilerplate = ["Babak Kedua"]
        largest_file_mb = 0.5
        [stems]
        Perundungan = "Rundung"
        [synonyms]
        mobil = ["Oto", "kendaraan roda empat", "oto"]
        [acronyms]
        IKM = "Industri Kecil dan Menengah"
        PBB = ["Perserikatan Bangsa-Bangsa", "Pajak Bumi dan Bangunan"]
        HUT = []
        [outlets]
        "2020/radar/" = "Radar  Semarang"
        "." = "solopos.com"
        """,
    )
    assert found == Corrections(
        {"manahan": "manahan", "perundungan": "rundung"},
        frozenset(["ujarnya"]),
        {"mobil": ("oto", "kendaraan roda empat")},
        {
            "ikm": ("industri kecil dan menengah",),
            "pbb": ("perserikatan bangsa bangsa", "pajak bumi dan bangunan"),
            "hut": (),
        },
        frozenset(["ikuti kami di sini"]),
        frozenset(["babak kedua"]),
        500_000,
        {"2020/radar": "Radar Semarang", ".": "Solopos"},
    )


def test_the_file_may_lie_in_the_index_folder(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "carikm.toml").write_text('stop_words = ["ujarnya"]')
    assert read_corrections(tmp_path / "index").stop_words == {"ujarnya"}
    assert _read(tmp_path, 'stop_words = ["katanya"]').stop_words == {"ujarnya"}, "the nearer one counts"
    (tmp_path / "index" / "carikm.toml").unlink()
    assert read_corrections(tmp_path / "index").stop_words == {"katanya"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("never_stem = [}", "no TOML.*line 1"),
        ("a = " + "[" * 3000, "no TOML"),
        (b"stop_words = ['\xff']", "not in UTF-8"),
        ("never_stems = []", "'never_stems' is not known.*is never_stem meant"),
        ('never_stem = "manahan"', "never_stem is a text; expected a list"),
        ("never_stem = [1]", "never_stem has a number; expected a text"),
        ('never_stem = ["jaksa agung"]', "'jaksa agung', which is 2 words; expected one"),
        ('stop_words = ["..."]', "'...', in which there is no word"),
        ("stems = []", r"stems is a list; expected a table: \[stems\]"),
        ("[stems]\nkata = true", "stems.kata has true or false"),
        ("[stems]\nkata = 'dua kata'", "which is 2 words"),
        ("[stems]\na1 = 'b1'\nb1 = 'c1'", "stems.a1 is 'b1', which is given another stem itself"),
        ("[stems]\nstop_words = ['x']", "a list that belongs to no table stands above"),
        ("never_stem = ['kata']\n[stems]\nkata = 'lain'", "'kata' stands in both never_stem and stems"),
        ("boilerplate = ['A b']\nnot_boilerplate = ['a  B']", "stands in both boilerplate and not_boilerplate"),
        ("largest_file_mb = '5'", "largest_file_mb is a text; expected a number above 0"),
        ("largest_file_mb = true", "largest_file_mb is true or false"),
        ("largest_file_mb = 0", "largest_file_mb is 0; expected"),
        ("largest_file_mb = inf", "largest_file_mb is inf; expected"),
        ("largest_file_mb = nan", "largest_file_mb is nan; expected"),
        ("boilerplate = ['  ']", "boilerplate has an empty line"),
        ("[stems]\nKata = 'satu'\nkata = 'dua'", "stems has a word twice"),
        ("[acronyms]\nIKM = 'x y'\nikm = 'z y'", "acronyms has 'ikm' twice"),
        ("[synonyms]\nmobil = 3", "synonyms.mobil is a number"),
        ("[acronyms]\nIKM = [['x']]", "acronyms.IKM has a list"),
        ("[acronyms]\nIKM = '-'", "in which there is no word"),
        ("outlets = ['Solopos']", r"outlets is a list; expected a table: \[outlets\]"),
        ("[outlets]\n'2020' = 3", "outlets.2020 has a number; expected a text"),
        ("[outlets]\n'2020' = '-'", "outlets.2020 has '-', in which there is no word"),
        ("[outlets]\n' ' = 'Solopos'", "outlets has ' '; expected the path of a folder"),
        ("[outlets]\n'/srv/2020' = 'Solopos'", "outlets has '/srv/2020'; expected the path of a folder"),
        ("[outlets]\n'a/../b' = 'Solopos'", "outlets has 'a/../b'; expected the path of a folder"),
        ("[outlets]\n'a' = 'Solopos'\n'./a/' = 'Antara'", "outlets has './a/' twice"),
        ("[outlet]\n'a' = 'Solopos'", "'outlet' is not known.*is outlets meant"),
    ],
)
def test_what_is_not_understood_is_named(tmp_path: Path, text: str | bytes, says: str) -> None:
    with pytest.raises(CorrectionsInvalid, match=says) as raised:
        _read(tmp_path, text)
    assert str(tmp_path / "carikm.toml") in raised.value.message
    assert raised.value.hint


def test_a_file_that_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "carikm.toml").mkdir()
    with pytest.raises(CorrectionsInvalid, match="it is no file"):
        read_corrections(tmp_path / "index")


KEY = st.sampled_from(
    ["never_stem", "stop_words", "boilerplate", "not_boilerplate", "stems", "synonyms", "acronyms", "outlets"]
)
VALUE = st.recursive(
    st.text(max_size=8) | st.integers() | st.booleans(), lambda inner: st.lists(inner, max_size=3), max_leaves=6
)


@given(st.dictionaries(KEY, VALUE | st.dictionaries(st.text(max_size=6), VALUE, max_size=3), max_size=4))
def test_a_file_is_understood_or_refused(tmp_path_factory: pytest.TempPathFactory, table: dict[str, object]) -> None:
    lists = [f"{key} = {_toml(value)}" for key, value in table.items() if not isinstance(value, dict)]
    tables = [
        "\n".join([f"[{key}]", *(f"{_toml(name)} = {_toml(inner)}" for name, inner in value.items())])
        for key, value in table.items()
        if isinstance(value, dict)
    ]
    try:
        found = _read(tmp_path_factory.mktemp("toml"), "\n".join([*lists, *tables]).encode("utf-8", "replace"))
    except CorrectionsInvalid:
        return
    assert not any(unlike(found, found.indexed()))


def _toml(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(letter):08x}" for letter in value) + '"'
    return str(value).lower()


def test_what_differs_from_an_index() -> None:
    old = Corrections(stems={"a": "a", "b": "x"}, boilerplate=frozenset(["satu"]))
    new = Corrections(
        stems={"a": "a", "b": "y", "c": "c"}, not_boilerplate=frozenset(["satu"]), stop_words=frozenset("z")
    )
    assert unlike(new, old.indexed()) == (frozenset("bc"), frozenset(["satu"]), frozenset())
    assert not any(unlike(NO_CORRECTIONS, NO_CORRECTIONS.indexed()))
    outlets = Corrections(outlets={"a": "Antara", "b": "Solopos"})
    assert unlike(outlets, outlets.indexed()) == (frozenset(), frozenset(), frozenset())
    assert unlike(Corrections(outlets={"a": "Antara", "b": "Tempo"}), outlets.indexed()).folders == {"b"}
    assert unlike(outlets, old.indexed()).folders == unlike(old, outlets.indexed()).folders == {"a", "b"}
    for damaged in ("[{}, [], [], {}, {}]", "[{}, [], [], []]", '[{}, [], [], {"a": 1}]'):
        with pytest.raises(ValueError, match="no known form"):
            unlike(outlets, damaged)
    for damaged in ("", "3", "[]", "[1, 2, 3]", '["a", "b"]'):
        with pytest.raises(ValueError):
            unlike(new, damaged)
