"""What the torture tells at its end: a table for people, a line of JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from tests.torture.verdicts import Verdict

_COLUMNS = ("promise", "tries", "lost", "doubled", "verdict")


@dataclass(frozen=True, slots=True)
class Finding:
    """What one part found, and how long it took."""

    part: str
    verdicts: Sequence[Verdict]
    seconds: float

    @property
    def held(self) -> bool:
        """Whether the part put something to the test, and all of it held."""
        return bool(self.verdicts) and all(verdict.held for verdict in self.verdicts)


def table(findings: Sequence[Finding]) -> str:
    """A row a promise, under the part that put it to the test."""
    rows: list[tuple[str, ...]] = [_COLUMNS]
    for finding in findings:
        rows.append((f"{finding.part} ({finding.seconds:.0f} s)", "", "", "", ""))
        rows.extend(_row(verdict) for verdict in finding.verdicts)
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    return "\n".join(_line(row, widths) for row in rows)


def totals(findings: Sequence[Finding], seconds: float) -> str:
    """Everything in one line of JSON."""
    verdicts = [verdict for finding in findings for verdict in finding.verdicts]
    summary = {
        "held": bool(findings) and all(finding.held for finding in findings),
        "tries": sum(verdict.tries for verdict in verdicts),
        "lost": sum(verdict.lost for verdict in verdicts),
        "doubled": sum(verdict.doubled for verdict in verdicts),
        "seconds": round(seconds, 1),
        "rows": [
            {"part": finding.part, **asdict(verdict), "held": verdict.held}
            for finding in findings
            for verdict in finding.verdicts
        ],
    }
    return json.dumps(summary, ensure_ascii=False)


def _row(verdict: Verdict) -> tuple[str, ...]:
    said = "held" if verdict.held else "BROKEN"
    return (
        f"  {verdict.promise}",
        f"{verdict.tries:,}",
        f"{verdict.lost:,}",
        f"{verdict.doubled:,}",
        f"{said} ({verdict.note})" if verdict.note else said,
    )


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *figures, last = row
    numbers = (f"{figure:>{width}}" for figure, width in zip(figures, widths[1:-1], strict=True))
    return "  ".join((f"{first:<{widths[0]}}", *numbers, last)).rstrip()
