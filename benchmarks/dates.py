"""How well dates are understood: predictions in the ruler's format, by the bot's own grammar.

A text is read as the bot reads a message: at its own time, by its owner's locale. Of several
dates in it the first counts; one that may lie behind or ahead lies ahead, as in a reminder.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from pathlib import Path
from time import perf_counter_ns
from typing import Any
from zoneinfo import ZoneInfo

import click

from benchmarks.capture import percentiles
from rapport.capture.days import Direction
from rapport.capture.message import Message
from rapport.capture.reading import Context

_FILE = click.Path(dir_okay=False, path_type=Path)
_LOCALES = {"EN": "en-US", "GB": "en-GB"}
_ZONE = ZoneInfo("UTC")
_NOW = "2026-03-18T09:30:00"


@click.command()
@click.option("--triples", type=_FILE, help="A JSON list with `id`, `text`, `ref` and `locale`.")
@click.option("--out", type=_FILE, required=True, help="Where the dates of the triples go.")
@click.option("--negatives", type=_FILE, help="A JSON list of texts that must not parse.")
@click.option("--sentences", type=_FILE, help="Lines of ordinary sentences without a date.")
@click.option(
    "--negatives-out",
    type=_FILE,
    help="Where the dates found in those go; OUT with `.negatives.json` when not said.",
)
def dates(
    triples: Path | None,
    out: Path,
    negatives: Path | None,
    sentences: Path | None,
    negatives_out: Path | None,
) -> None:
    """Read each text at its own time; write the first date in it, or null."""
    took: list[float] = []
    if triples:
        _write(out, [{"id": each["id"], "value": _date(each, took)} for each in _listed(triples)])
    undated = _listed(negatives) if negatives else []
    undated += _lines(sentences) if sentences else []
    if undated:
        found = [{"text": each["text"], "value": _date(each, took)} for each in undated]
        _write(negatives_out or out.with_suffix(".negatives.json"), found)
    click.echo(json.dumps({"texts": len(took), **percentiles(took, digits=3)}))


def _listed(file: Path) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))
    return listed


def _lines(file: Path) -> list[dict[str, Any]]:
    lines = file.read_text("utf-8").splitlines()
    return [{"text": line} for line in map(str.strip, lines) if line]


def _write(file: Path, found: list[dict[str, Any]]) -> None:
    file.write_text(json.dumps(found, ensure_ascii=False), "utf-8")


def _date(said: dict[str, Any], took: list[float]) -> str | None:
    """The start of the first date in a text, local and naive."""
    said_at = datetime.fromisoformat(said.get("ref") or _NOW).replace(tzinfo=UTC)
    locale = _LOCALES.get(said.get("locale", "GB"), "en-GB")
    context = Context(said_at, _ZONE, locale=locale)
    began = perf_counter_ns()
    message = Message(said["text"], context)
    when = message.date_in(0, len(message), Direction.FUTURE)
    took.append((perf_counter_ns() - began) / 1e6)
    return datetime.combine(when.first, when.time or time()).isoformat() if when else None
