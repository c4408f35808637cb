"""What the user of an archive corrects: the file `carikm.toml`, in the index folder or beside it.

    never_stem = ["manahan"]
    stop_words = ["ujarnya"]
    boilerplate = ["Ikuti kami di Instagram"]
    not_boilerplate = ["Babak kedua"]
    largest_file_mb = 20

    [stems]
    perundungan = "rundung"

    [synonyms]
    mobil = ["oto", "kendaraan roda empat"]

    [acronyms]
    IKM = "industri kecil dan menengah"
    HUT = []

    [outlets]
    "2020/solopos" = "Solopos"

Stems, boilerplate lines and the outlets of folders go into the index when it is built, and `unlike` tells what of them
differs from what an index was built with. `largest_file_mb` (in millions of bytes) acts when files are looked for,
everything else when a query is read, at once.
"""

import os.path
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from carikm.analysis.tokens import tokenize
from carikm.corpus.files import LARGEST_FILE
from carikm.errors import CorrectionsInvalid
from carikm.records import NamedTuple

CORRECTIONS_FILE = "carikm.toml"
_LARGEST = 1_000_000
_LISTS = ("never_stem", "stop_words", "boilerplate", "not_boilerplate")
_TABLES = ("stems", "synonyms", "acronyms", "outlets")
_LARGEST_FILE_MB = "largest_file_mb"
_KEYS = (*_LISTS, _LARGEST_FILE_MB, *_TABLES)


class Corrections(NamedTuple):
    """A user's corrections; words and phrases in the form they are indexed by.

    `stems` gives words the word whose stem they take, themselves where they are never to be stemmed. `synonyms`
    and `acronyms` give phrases those they find and are found by; an acronym with none is not expanded. The lines
    of `boilerplate` and `not_boilerplate` are as `carikm.corpus.boilerplate.normal_line` gives them. `largest_file` is
    how many bytes an article's file may have. `outlets` gives folders, by their paths below the corpus folder (`.`),
    the outlet that all their articles are of.
    """

    stems: Mapping[str, str] = {}
    stop_words: frozenset[str] = frozenset()
    synonyms: Mapping[str, tuple[str, ...]] = {}
    acronyms: Mapping[str, tuple[str, ...]] = {}
    boilerplate: frozenset[str] = frozenset()
    not_boilerplate: frozenset[str] = frozenset()
    largest_file: int = LARGEST_FILE
    outlets: Mapping[str, str] = {}

    def indexed(self) -> str:
        """Write what goes into an index, as JSON that is the same for the same corrections."""
        import json

        lines = [sorted(self.boilerplate), sorted(self.not_boilerplate)]
        # Where no folder has an outlet it is as it was before folders could have one.
        outlets = [self.outlets] if self.outlets else []
        return json.dumps([self.stems, *lines, *outlets], sort_keys=True, ensure_ascii=False)


NO_CORRECTIONS = Corrections()
_NONE_INDEXED = "[{}, [], []]"


class Unlike(NamedTuple):
    """What an index was built with otherwise: words whose stems, lines whose kind, folders whose outlet has changed."""

    words: frozenset[str]
    lines: frozenset[str]
    folders: frozenset[str] = frozenset()


def read_indexed(indexed: str) -> Corrections:
    """Read what `indexed` wrote.

    Raises:
        ValueError: nothing that `indexed` wrote.
    """
    import json

    try:
        stems, boilerplate, not_boilerplate, *more = json.loads(indexed)
        (outlets,) = more or ({},)
        texts: tuple[Iterable[Any], ...] = (stems.values(), boilerplate, not_boilerplate, outlets.values())
        if not all(isinstance(text, str) for part in texts for text in part):
            raise TypeError
        return Corrections(
            stems, boilerplate=frozenset(boilerplate), not_boilerplate=frozenset(not_boilerplate), outlets=outlets
        )
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("corrections of no known form") from error


def unlike(corrections: Corrections, indexed: str) -> Unlike:
    """Compare corrections with those that an index was built with, as `indexed` wrote them.

    Raises:
        ValueError: nothing that `indexed` wrote.
    """
    if corrections is NO_CORRECTIONS and indexed == _NONE_INDEXED:  # at no cost, for most
        return Unlike(frozenset(), frozenset())
    old = read_indexed(indexed)
    lines = (corrections.boilerplate ^ old.boilerplate) | (corrections.not_boilerplate ^ old.not_boilerplate)
    return Unlike(
        _differing(corrections.stems, old.stems), frozenset(lines), _differing(corrections.outlets, old.outlets)
    )


def _differing(one: Mapping[str, str], other: Mapping[str, str]) -> frozenset[str]:
    return frozenset(key for key in {*one, *other} if one.get(key) != other.get(key))


def read_corrections(index_folder: Path) -> Corrections:
    """Read the corrections of an index; none where there is no such file.

    Raises:
        CorrectionsInvalid: the file is no TOML, or says what carikm does not understand.
    """
    path = _path(index_folder)
    return NO_CORRECTIONS if path is None else _Reading(path).corrections()


def corrections_files(index_folder: Path) -> list[Path]:
    """Name the places of an index's corrections: in its folder, or else beside it, where several indexes share them."""
    return [index_folder / CORRECTIONS_FILE, Path(os.path.abspath(index_folder)).parent / CORRECTIONS_FILE]  # noqa: PTH100


def _path(index_folder: Path) -> Path | None:
    return next(filter(os.path.lexists, corrections_files(index_folder)), None)


class _Reading:
    """Reads one file, and words what is wrong in it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def _invalid(self, what: str) -> CorrectionsInvalid:
        return CorrectionsInvalid(f"{self._path}: {what}.", "See what it may hold: README.md, Corrections")

    def _load(self) -> dict[str, Any]:
        import tomllib  # 4 ms, and few archives have corrections

        try:
            if not self._path.is_file():
                raise self._invalid("it is no file")
            with self._path.open("rb") as stream:
                raw = stream.read(_LARGEST + 1)
            if len(raw) > _LARGEST:
                raise self._invalid(f"it has more than {_LARGEST:,} bytes")
            return tomllib.loads(raw.decode("utf-8-sig"))
        except OSError as error:
            raise self._invalid(f"it cannot be read: {error.strerror or error}") from error
        except UnicodeDecodeError as error:
            raise self._invalid(f"it is not in UTF-8 (byte {error.start})") from error
        except tomllib.TOMLDecodeError as error:
            raise self._invalid(f"no TOML: {error}") from error
        except RecursionError as error:
            raise self._invalid("no TOML: nested too deep") from error
        except ValueError as error:  # a number of thousands of digits
            raise self._invalid(f"no TOML: {error}") from error

    def corrections(self) -> Corrections:
        """Read and check the whole file."""
        table = self._load()
        for key in table:
            if key not in _KEYS:
                raise self._invalid(f"{key!r} is not known{_closest(key)}; known are {', '.join(_KEYS)}")
        lists = {key: self._strings(table.get(key, []), key) for key in _LISTS}
        never = {self._word(value, "never_stem") for value in lists["never_stem"]}
        roots = {word: self._string(value, f"stems.{word}") for word, value in self._entries(table, "stems")}
        forced = {self._word(word, "stems"): self._word(root, f"stems.{word}") for word, root in roots.items()}
        if len(forced) < len(roots):
            raise self._invalid("stems has a word twice, written in two ways")
        self._refuse_both(never & forced.keys(), "never_stem", "stems")
        for word, root in forced.items():
            if root in forced and root != word:
                raise self._invalid(f"stems.{word} is {root!r}, which is given another stem itself")
        from carikm.corpus.boilerplate import normal_line  # compiles a good many patterns

        kept = frozenset(normal_line(line) for line in lists["not_boilerplate"])
        boilerplate = frozenset(normal_line(line) for line in lists["boilerplate"])
        if "" in kept | boilerplate:
            raise self._invalid("boilerplate has an empty line; expected a whole line of an article")
        self._refuse_both(kept & boilerplate, "boilerplate", "not_boilerplate")
        return Corrections(
            {**{word: word for word in never}, **forced},
            frozenset(self._word(value, "stop_words") for value in lists["stop_words"]),
            self._phrases(table, "synonyms"),
            self._phrases(table, "acronyms"),
            boilerplate,
            kept,
            self._largest_file(table.get(_LARGEST_FILE_MB, LARGEST_FILE / 1_000_000)),
            self._outlets(table),
        )

    def _outlets(self, table: Mapping[str, Any]) -> dict[str, str]:
        outlets: dict[str, str] = {}
        for folder, value in self._entries(table, "outlets"):
            path = PurePosixPath(folder)
            if not folder.strip() or path.is_absolute() or ".." in path.parts:
                what = f"outlets has {folder!r}; expected the path of a folder from that of all articles on"
                raise self._invalid(f"{what}, which is '.' itself")
            name = " ".join(self._string(value, f"outlets.{folder}").split())
            self._phrase(name, f"outlets.{folder}")
            if str(path) in outlets:
                raise self._invalid(f"outlets has {folder!r} twice, written in two ways")
            from carikm.corpus.outlets import outlet_name

            outlets[str(path)] = outlet_name(name)
        return outlets

    def _largest_file(self, value: object) -> int:
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < float("inf"):
            found = _kind(value) if isinstance(value, bool) or not isinstance(value, int | float) else value
            raise self._invalid(f"{_LARGEST_FILE_MB} is {found}; expected a number above 0, of millions of bytes")
        return int(value * 1_000_000)

    def _refuse_both(self, values: Iterable[str], one: str, other: str) -> None:
        for value in sorted(values):
            raise self._invalid(f"{value!r} stands in both {one} and {other}")

    def _entries(self, table: Mapping[str, Any], key: str) -> Iterable[tuple[str, Any]]:
        entries = table.get(key, {})
        if not isinstance(entries, dict):
            raise self._invalid(f"{key} is {_kind(entries)}; expected a table: [{key}]")
        return entries.items()

    def _phrases(self, table: Mapping[str, Any], key: str) -> dict[str, tuple[str, ...]]:
        phrases: dict[str, tuple[str, ...]] = {}
        for name, value in self._entries(table, key):
            place = f"{key}.{name}"
            values = [value] if isinstance(value, str) else self._strings(value, place)
            if self._phrase(name, key) in phrases:
                raise self._invalid(f"{key} has {name!r} twice, written in two ways")
            phrases[self._phrase(name, key)] = tuple(dict.fromkeys(self._phrase(value, place) for value in values))
        return phrases

    def _strings(self, value: object, place: str) -> list[str]:
        if not isinstance(value, list):
            raise self._invalid(f'{place} is {_kind(value)}; expected a list of texts in quotes: ["one", "two"]')
        return [self._string(element, place) for element in value]

    def _string(self, value: object, place: str) -> str:
        if not isinstance(value, str):
            hint = "; a list that belongs to no table stands above the first [table]" if isinstance(value, list) else ""
            raise self._invalid(f"{place} has {_kind(value)}; expected a text in quotes{hint}")
        return value

    def _phrase(self, value: str, place: str) -> str:
        surfaces = [token.surface for token in tokenize(value)]
        if not surfaces:
            raise self._invalid(f"{place} has {value!r}, in which there is no word")
        return " ".join(surfaces)

    def _word(self, value: str, place: str) -> str:
        phrase = self._phrase(value, place)
        if " " in phrase:
            raise self._invalid(f"{place} has {value!r}, which is {phrase.count(' ') + 1} words; expected one")
        return phrase


def _closest(key: str) -> str:
    import difflib

    close = difflib.get_close_matches(key, _KEYS, 1)
    return f" (is {close[0]} meant?)" if close else ""


def _kind(value: object) -> str:
    names: dict[type, str] = {list: "a list", dict: "a table", str: "a text", bool: "true or false", int: "a number"}
    return names.get(type(value), f"a {type(value).__name__}")
