"""`typing.NamedTuple`, made in a tenth of the time.

A plain search makes more than sixty small classes first. `typing.NamedTuple` takes 120 µs for one of five fields: it
compiles source text for every class and every annotation. Made here it takes 13 µs; a frozen dataclass with slots would
take 750. That is with all caches warm; in a search it is 200 and 50, and the difference was an eighth of a short one.
Here a class is a tuple with named fields all the same, with all that `typing.NamedTuple` gives but the documentation of
single fields; the function that makes its values is the same for each number of fields, and only given other names for
each class.
"""

import sys
from typing import TYPE_CHECKING, Any

# From Python 3.14 on, annotations are not at hand when a class is made.
if TYPE_CHECKING or sys.version_info >= (3, 14):
    from typing import NamedTuple as NamedTuple
else:
    from _collections import _tuplegetter as field_getter  # that of `collections.namedtuple`
    from functools import cache
    from types import CodeType, FunctionType

    class Record(tuple):
        """What all named tuples have; the methods are those of `collections.namedtuple`."""

        __slots__ = ()
        _fields = ()
        _field_defaults = {}  # noqa: RUF012  # replaced in each class

        @classmethod
        def _make(cls, values):
            """Make one of its fields' values."""
            return cls(*values)

        def _replace(self, /, **values):
            """Give another with other values in some fields."""
            found = self.__class__(*map(values.pop, self._fields, self))
            if values:
                raise ValueError(f"Got unexpected field names: {list(values)!r}")
            return found

        def _asdict(self):
            """Give the values by the names of their fields."""
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self):
            fields = ", ".join(f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
            return f"{type(self).__name__}({fields})"

        def __getnewargs__(self):
            return tuple(self)

    class _RecordMaker(type):
        """Takes a class with annotated fields, and makes a tuple of it."""

        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> type:
            if not bases:  # `NamedTuple` itself
                return type.__new__(cls, name, bases, body)
            fields = tuple(body.get("__annotations__", ()))
            defaults = {field: body.pop(field) for field in fields if field in body}
            if tuple(defaults) != fields[len(fields) - len(defaults) :]:
                raise TypeError(f"a field without a default follows one with a default in {name}")
            body |= {field: field_getter(place, None) for place, field in enumerate(fields)}
            body |= {"__slots__": (), "_fields": fields, "_field_defaults": defaults, "__match_args__": fields}
            code = _code_for(len(fields)).replace(
                co_name="__new__", co_qualname=f"{name}.__new__", co_varnames=("cls", *fields)
            )
            body["__new__"] = FunctionType(code, _GLOBALS, "__new__", tuple(defaults.values()))
            return type(name, (Record,), body)

    new = tuple.__new__

    # They make values of so many fields; these are compiled with this module, more fields when a class has them.
    # fmt: off
    _MAKERS = (
        lambda cls: new(cls, ()),
        lambda cls, a: new(cls, (a,)),
        lambda cls, a, b: new(cls, (a, b)),
        lambda cls, a, b, c: new(cls, (a, b, c)),
        lambda cls, a, b, c, d: new(cls, (a, b, c, d)),
        lambda cls, a, b, c, d, e: new(cls, (a, b, c, d, e)),
        lambda cls, a, b, c, d, e, f: new(cls, (a, b, c, d, e, f)),
        lambda cls, a, b, c, d, e, f, g: new(cls, (a, b, c, d, e, f, g)),
        lambda cls, a, b, c, d, e, f, g, h: new(cls, (a, b, c, d, e, f, g, h)),
        lambda cls, a, b, c, d, e, f, g, h, i: new(cls, (a, b, c, d, e, f, g, h, i)),
    )
    # fmt: on
    _GLOBALS = {"new": new, "__builtins__": {}, "__name__": __name__}

    @cache
    def _code_for(fields: int) -> CodeType:
        if fields < len(_MAKERS):
            return _MAKERS[fields].__code__
        names = "".join(f"field{number}, " for number in range(fields))
        found = {}
        exec(f"def __new__(cls, {names}): return new(cls, ({names}))", found)  # noqa: S102  # nothing from outside
        return found["__new__"].__code__

    class NamedTuple(metaclass=_RecordMaker):
        """What named tuples are derived from."""
