"""What CI says of the dependencies, whatever pip-audit says of itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[1] / ".ci" / "audit.py"

WELL = {"name": "aiohttp", "version": "3.14.5", "vulns": []}
FLAW = {"id": "GHSA-1", "fix_versions": ["3.1.7", "3.2"], "aliases": [], "description": "…"}
ILL = {"name": "jinja2", "version": "3.1.6", "vulns": [FLAW]}
UNFIXED = {**ILL, "vulns": [{**FLAW, "fix_versions": []}]}
REASON = "Dependency not found on PyPI and could not be audited: tzfpy (2.1)"
SKIPPED = {"name": "tzfpy", "skip_reason": REASON}

VERDICTS = [
    ("all audited", [WELL, WELL], 0, ["audited: 2 packages, no vulnerability is known"]),
    (
        "nothing audited",  # pip-audit itself ends with 0 here
        [SKIPPED, SKIPPED],
        0,
        ["not audited: no advisory source could be reached, 2 packages skipped"],
    ),
    (
        "one skipped",
        [WELL, SKIPPED],
        0,
        ["not audited: tzfpy", "audited: 1 packages, no vulnerability is known"],
    ),
    ("one ill", [WELL, ILL], 1, ["vulnerable: jinja2 3.1.6: GHSA-1, fixed in 3.1.7, 3.2"]),
    ("no fix", [UNFIXED], 1, ["vulnerable: jinja2 3.1.6: GHSA-1, fixed in no version yet"]),
    (
        "ill and skipped",
        [SKIPPED, ILL],
        1,
        ["not audited: tzfpy", "vulnerable: jinja2 3.1.6: GHSA-1, fixed in 3.1.7, 3.2"],
    ),
]


def judged(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("packages", "status", "said"), [row[1:] for row in VERDICTS], ids=[row[0] for row in VERDICTS]
)
def test_what_a_report_means(
    tmp_path: Path, packages: list[dict[str, Any]], status: int, said: list[str]
) -> None:
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"dependencies": packages, "fixes": []}))
    ended = judged(str(report))
    assert ended.returncode == status
    assert ended.stdout.splitlines() == said


@pytest.mark.parametrize(
    ("auditor", "status", "said"),
    [
        ('print(\'{"dependencies": [{"name": "a", "skip_reason": "b"}]}\')', 0, "not audited"),
        ("import sys; sys.exit('requests.exceptions.ConnectionError: no')", 0, "not audited"),
        ("import sys; sys.exit('unknown option')", 1, ""),
    ],
    ids=["nothing_audited", "unreachable", "broken"],
)
def test_an_auditor_that_reaches_nothing_is_told_from_a_broken_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, auditor: str, status: int, said: str
) -> None:
    (tmp_path / "pip_audit.py").write_text(auditor)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    ended = judged()
    assert ended.returncode == status
    assert ended.stdout.startswith(said)
    assert bool(said) != ("pip-audit is broken" in ended.stderr)
