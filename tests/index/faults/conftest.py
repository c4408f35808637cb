"""One layer for all tests, and what is left out where there can be none."""

from collections.abc import Callable, Iterator

import pytest

from tests.index.faults.disturbed import SCENARIOS, Stage
from tests.index.faults.layer import CAN_BE_PRELOADED, Layer

collect_ignore = [] if CAN_BE_PRELOADED else ["test_each_operation.py", "test_moments.py", "test_power.py"]


def pytest_report_header() -> list[str]:
    return [] if CAN_BE_PRELOADED else ["faults: without Linux and cc, what needs the layer is left out"]


@pytest.fixture(scope="session")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Layer]:
    layer = Layer(tmp_path_factory.mktemp("layer"))
    yield layer
    layer.close()


@pytest.fixture(scope="session")
def stage(layer: Layer, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Stage]:
    """Give the stage of a scenario by its name."""
    stages: dict[str, Stage] = {}
    scenarios = {scenario.name: scenario for scenario in SCENARIOS}

    def get(name: str) -> Stage:
        if name not in stages:
            stages[name] = Stage(scenarios[name], layer, tmp_path_factory.mktemp(name))
        return stages[name]

    return get
