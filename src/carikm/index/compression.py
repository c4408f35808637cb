"""Zstandard: the compiled module of the package zstandard, without the package around it.

The package asks `platform` which Python this is, which takes 2.4 to 3.2 ms to load, of 60 that a search takes; the
compiled module takes 0.6.
"""

import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from typing import TYPE_CHECKING, Any

_NAME = "zstandard.backend_c"


def _compiled() -> Any:
    if "zstandard" not in sys.modules and (package := PathFinder.find_spec("zstandard")) is not None:
        spec = PathFinder.find_spec(_NAME, package.submodule_search_locations)
        if spec is not None and spec.loader is not None:
            found = sys.modules[_NAME] = module_from_spec(spec)
            spec.loader.exec_module(found)
            return found
    import zstandard  # there is none on other Pythons than CPython

    return zstandard


if TYPE_CHECKING:
    import zstandard as zstandard
else:
    zstandard = _compiled()
