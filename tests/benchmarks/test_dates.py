"""The figures for dates, by the rulers that lie beside this checkout: as the command gives them."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.__main__ import benchmarks

RULER = Path(__file__).parents[2].parent / "shared" / "rulers" / "dates"
MOST_FALSE, MOST_NEGATIVE = 2, 15
# Its texts are other projects' own test cases, which must not be copied in here. Where it lies
# beside the checkout, as it does where changes are accepted, nothing is skipped.
needs_ruler = pytest.mark.skipif(
    not RULER.is_dir(), reason=f"measured with other people's texts, which are not at {RULER}"
)


def scored(*arguments: str) -> str:
    """What the ruler prints."""
    command = [sys.executable, str(RULER / "score_dates.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def run(*arguments: object) -> None:
    result = CliRunner().invoke(benchmarks, ["dates", *map(str, arguments)])
    assert result.exit_code == 0, result.output


@needs_ruler
def test_what_both_peers_agree_on_is_understood(tmp_path: Path) -> None:
    run("--triples", RULER / "triples.json", "--out", tmp_path / "P.json")
    line = next(each for each in scored(str(tmp_path / "P.json")).splitlines() if "cons" in each)
    days, clocks = map(float, re.findall(r"([\d.]+) %", line))
    assert days >= 97, line
    assert clocks >= 95, line


@needs_ruler
def test_what_states_no_date_is_given_none(tmp_path: Path) -> None:
    run(
        "--negatives", RULER / "negatives.json", "--sentences", RULER / "n200.txt",
        "--out", tmp_path / "P.json",
    )  # fmt: skip
    said = scored("--negatives", str(tmp_path / "P.negatives.json"))
    ordinary, negative = (int(found) for found in re.findall(r"(\d+)/", said))
    assert ordinary <= MOST_FALSE, said
    assert negative <= MOST_NEGATIVE, said


def test_a_prediction_is_the_start_of_the_first_date_or_none(tmp_path: Path) -> None:
    said_at = "2026-03-18T09:30:00"
    triples = [
        {"id": 1, "text": "lunch tomorrow at 1pm, not Friday", "ref": said_at, "locale": "EN"},
        {"id": 2, "text": "by 5/4", "ref": said_at, "locale": "EN"},
        {"id": 3, "text": "by 5/4", "ref": said_at, "locale": "GB"},
        {"id": 4, "text": "we sat down", "ref": said_at, "locale": "GB"},
    ]
    (tmp_path / "T.json").write_text(json.dumps(triples), "utf-8")
    run("--triples", tmp_path / "T.json", "--out", tmp_path / "P.json")
    assert json.loads((tmp_path / "P.json").read_text("utf-8")) == [
        {"id": 1, "value": "2026-03-19T13:00:00"},
        {"id": 2, "value": "2026-05-04T00:00:00"},
        {"id": 3, "value": "2026-04-05T00:00:00"},
        {"id": 4, "value": None},
    ]
