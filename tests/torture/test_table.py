"""The torture's own words: what is broken is said, whatever broke it."""

from __future__ import annotations

import asyncio
import json
import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.torture.__main__ import Part, carry_out, main, parts
from tests.torture.table import Finding, table, totals
from tests.torture.verdicts import Scale, Verdict

TESTS = Path(__file__).parents[1]
HELD = Verdict("texts", 1200, 0, 0, "12 kills")
BROKEN = Verdict("replies", 10, 1, 2)


async def _holds(scale: Scale) -> list[Verdict]:
    return [Verdict("all", scale.of(1000, 10), 0, 0)]


async def _raises(_: Scale) -> list[Verdict]:
    raise LookupError("not to be found")


async def _dies(_: Scale) -> list[Verdict]:
    os._exit(9)


async def _goes_on(_: Scale) -> list[Verdict]:
    await asyncio.Event().wait()
    return [HELD]


async def _tries_nothing(_: Scale) -> list[Verdict]:
    return []


def test_a_row_says_how_often_and_whether_it_held() -> None:
    lines = table([Finding("captures", [HELD, BROKEN], 7.4)]).splitlines()
    assert lines[0].split() == ["promise", "tries", "lost", "doubled", "verdict"]
    assert lines[1] == "captures (7 s)"
    assert lines[2].split() == ["texts", "1,200", "0", "0", "held", "(12", "kills)"]
    assert lines[3].split() == ["replies", "10", "1", "2", "BROKEN"]


def test_the_last_line_has_the_totals_and_every_row() -> None:
    said = json.loads(totals([Finding("captures", [HELD, BROKEN], 7.4)], 8.04))
    assert (said["held"], said["tries"], said["lost"], said["doubled"]) == (False, 1210, 1, 2)
    assert said["seconds"] == 8.0
    assert [row["held"] for row in said["rows"]] == [True, False]
    assert json.loads(totals([Finding("captures", [HELD], 7.4)], 8.04))["held"]


def test_nothing_found_is_nothing_held() -> None:
    assert not Finding("captures", [], 1).held
    assert not json.loads(totals([], 1))["held"]


@pytest.mark.slow
def test_what_takes_too_long_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.torture.__main__.LONGEST", (1.0, 0.5))
    (finding,) = carry_out({"only": Part(_goes_on)}, Scale(quick=True))
    assert not finding.held
    assert finding.verdicts[0].note == "TimeoutError"
    assert finding.seconds < 10


@pytest.mark.slow
def test_the_exit_status_tells_whether_all_held(monkeypatch: pytest.MonkeyPatch) -> None:
    for part, status in ((_holds, 0), (_raises, 1)):
        monkeypatch.setattr("tests.torture.__main__.parts", lambda part=part: {"only": Part(part)})
        assert CliRunner().invoke(main, ["--quick"]).exit_code == status


@pytest.mark.slow
def test_a_part_that_breaks_is_a_row_and_the_others_run(capfd: pytest.CaptureFixture[str]) -> None:
    runs = {"first": _raises, "second": _dies, "third": _tries_nothing, "fourth": _holds}
    chosen = {name: Part(run) for name, run in runs.items()}
    findings = carry_out(chosen, Scale(quick=True))
    assert [finding.part for finding in findings] == list(chosen)
    assert [finding.held for finding in findings] == [False, False, False, True]
    notes = [finding.verdicts[0].note for finding in findings]
    assert notes == ["LookupError", "its process died", "", ""]
    assert findings[3].verdicts == [Verdict("all", 10, 0, 0)]
    assert "fourth: held" in capfd.readouterr().err


@pytest.mark.slow
def test_what_fills_the_machine_runs_alone(capfd: pytest.CaptureFixture[str]) -> None:
    chosen = {
        "one": Part(_holds),
        "alone": Part(_holds, fills_the_machine=True),
        "other": Part(_holds),
    }
    findings = carry_out(chosen, Scale(quick=False))
    assert [(finding.part, finding.held) for finding in findings] == [
        (name, True) for name in chosen
    ]
    told = [line.split(maxsplit=1)[1] for line in capfd.readouterr().err.splitlines()]
    assert [line.split(":")[0] for line in told][:2] == ["one begins", "other begins"]
    assert told.index("alone begins") > max(
        at for at, line in enumerate(told) if line.startswith(("one: held", "other: held"))
    )


def test_every_part_is_found_and_what_has_no_run_is_none() -> None:
    assert {"captures", "replies", "poison", "clocks", "power_cut", "tenancy"} <= set(parts())
    assert not {"verdicts", "town", "test_table"} & set(parts())


def test_a_short_form_of_every_part_is_among_the_tests() -> None:
    tested = "".join(file.read_text("utf-8") for file in TESTS.rglob("test_*.py"))
    imported = set(re.findall(r"from tests\.torture(?:\.(\w+) import| import (\w+))", tested))
    assert set(parts()) <= {name for either in imported for name in either}
