"""How well messages are understood: predictions in the ruler's format, by the bot's own reading."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from time import perf_counter_ns
from zoneinfo import ZoneInfo

import click

from benchmarks.frames import frame
from rapport.capture.reading import Context
from rapport.capture.roster import Known, Roster
from rapport.capture.understand import read

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option("--corpus", type=_FILE, required=True, help="Lines of JSON with `id` and `text`.")
@click.option("--roster", type=_FILE, required=True, help="A JSON list of the names known.")
@click.option("--now", required=True, help="When each message is said, local: 2026-03-18T09:30.")
@click.option("--zone", type=ZoneInfo, default="Europe/Berlin", show_default=True)
@click.option("--out", type=_FILE, required=True, help="Where the predictions go, a line each.")
def capture(corpus: Path, roster: Path, now: str, zone: ZoneInfo, out: Path) -> None:
    """Read each message of a corpus; write the frame it is given."""
    people = json.loads(roster.read_text("utf-8"))
    known = Roster.of(Known(number, name) for number, name in enumerate(people, start=1))
    context = Context(datetime.fromisoformat(now).replace(tzinfo=zone), zone, known)
    took: list[float] = []
    with out.open("w", encoding="utf-8") as written:
        for line in filter(str.strip, corpus.read_text("utf-8").splitlines()):
            message = json.loads(line)
            began = perf_counter_ns()
            reading = read(message["text"], context)
            took.append((perf_counter_ns() - began) / 1e6)
            predicted = {"id": message["id"], "pred": frame(reading)}
            written.write(json.dumps(predicted, ensure_ascii=False) + "\n")
    click.echo(json.dumps({"messages": len(took), **percentiles(took)}))


def percentiles(took: list[float], digits: int = 2) -> dict[str, float]:
    """The middle of some milliseconds, and what one in twenty takes longer than."""
    ordered = sorted(took)
    return {
        f"p{share}_ms": round(ordered[min(len(ordered) - 1, len(ordered) * share // 100)], digits)
        for share in (50, 95)
        if ordered
    }
