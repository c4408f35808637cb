"""`--explain` at the command line: lines under each hit, and a field in JSON that adds up."""

import re

import pytest

from tests.cli.harness import Desk


def test_lines_tell_the_score_and_add_up(archive: Desk) -> None:
    out = archive.call("search", "perahu", "dicat", "--explain").expect(0).out
    total = float(re.findall(r"^ +score (\S+)$", out, re.MULTILINE)[0])
    shares = [float(share) for share in re.findall(r"^ +(\S+) +\d+%  (?:perahu|dicat)  stem ", out, re.MULTILINE)]
    parts = re.findall(r"^ +(?:article|chunk|lead) +(\S+?)(?: \+ (\S+) own form)?: tf \d", out, re.MULTILINE)
    assert len(shares) == 2 and len(parts) == 6
    assert sum(shares) == pytest.approx(total, abs=0.002)
    assert sum(float(number) for part in parts for number in part if number) == pytest.approx(total, abs=0.01)


def test_only_on_demand(archive: Desk) -> None:
    assert "score" not in archive.call("search", "perahu").expect(0).out
    hits = archive.call("search", "perahu", "--json").expect(0).document()["hits"]
    assert all("explanation" not in hit for hit in hits)


def test_json_adds_up(archive: Desk) -> None:
    (hit,) = archive.call("search", '"perahu kayu" dicat', "--explain", "--json").expect(0).document()["hits"]
    explanation = hit["explanation"]
    assert explanation["score"] == pytest.approx(hit["score"], abs=1e-9)
    assert {term["kind"] for term in explanation["terms"]} == {"word", "phrase"}
    for term in explanation["terms"]:
        parts = [part["stem_score"] + part["surface_score"] for part in term["parts"]]
        assert sum(parts) == pytest.approx(term["score"], abs=1e-9)
