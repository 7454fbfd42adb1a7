"""`python -m tests.torture [--quick] [--only PART]`: every part, then a table of what held.

A part is a module of this package with `async def run(scale) -> list[Verdict]`. Each runs in a
process of its own, so that one which dies or blocks is a row of the table and no more. Two run
side by side, but for those that say `FILLS_THE_MACHINE`; in a hurry any four.
"""

from __future__ import annotations

import asyncio
import inspect
import multiprocessing
import os
import pkgutil
import sys
import time
import traceback
import uuid
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection, wait
from typing import Any

import click

from tests import torture
from tests.postgres import running_server
from tests.torture.table import Finding, table, totals
from tests.torture.verdicts import Scale, Verdict


@dataclass(frozen=True)
class Part:
    """What puts some of the promises to the test."""

    run: Callable[[Scale], Coroutine[Any, Any, list[Verdict]]]
    fills_the_machine: bool = False

    def weight(self, scale: Scale) -> int:
        """How much of the room it takes."""
        return scale.of(ROOM[0] if self.fills_the_machine else 1, 1)


SIGN_OF_LIFE = 30.0  # seconds without news after which it is said what runs
ROOM = (2, 4)  # for parts side by side, or in a hurry
LONGEST = (2400.0, 120.0)  # seconds for all of it, or for a little: what takes longer is broken

# What a part imports is imported once, before the first of them begins.
_PROCESSES = multiprocessing.get_context("fork")


def parts() -> dict[str, Part]:
    """The parts by name: whichever modules of this package have a `run`."""
    names = [module.name for module in pkgutil.iter_modules(torture.__path__)]
    modules = {
        name: import_module(f"{torture.__name__}.{name}")
        for name in names
        if not name.startswith(("__", "test_"))
    }
    return {
        name: Part(run, getattr(module, "FILLS_THE_MACHINE", False))
        for name, module in modules.items()
        if inspect.iscoroutinefunction(run := getattr(module, "run", None))
    }


def carry_out(chosen: Mapping[str, Part], scale: Scale) -> list[Finding]:
    """What the parts find, in their order."""
    until = time.monotonic() + scale.of(*LONGEST)
    waiting = list(chosen)
    under_way: dict[Connection, tuple[str, float]] = {}
    found: dict[str, Finding] = {}
    while waiting or under_way:
        room = scale.of(*ROOM) - sum(chosen[name].weight(scale) for name, _ in under_way.values())
        while name := next((one for one in waiting if chosen[one].weight(scale) <= room), None):
            waiting.remove(name)
            room -= chosen[name].weight(scale)
            _tell(f"{name} begins")
            under_way[_begin(chosen[name], scale, until)] = (name, time.monotonic())
        over = wait(list(under_way), timeout=SIGN_OF_LIFE)
        if not over:
            _tell(", ".join(f"{name}: {_since(began):.0f} s" for name, began in under_way.values()))
        for ended in over:
            assert isinstance(ended, Connection)
            name, began = under_way.pop(ended)
            found[name] = Finding(name, _outcome(ended), _since(began))
            held = "held" if found[name].held else "BROKEN"
            _tell(f"{name}: {held} after {found[name].seconds:.0f} s")
    return [found[name] for name in chosen]


def _begin(part: Part, scale: Scale, until: float) -> Connection:
    """Where the verdicts of a part that has begun will arrive; closed, if its process dies."""
    here, there = _PROCESSES.Pipe(duplex=False)
    _PROCESSES.Process(target=_report, args=(part, scale, until, there)).start()
    there.close()
    return here


def _report(part: Part, scale: Scale, until: float, there: Connection) -> None:
    async def in_time() -> list[Verdict]:
        async with asyncio.timeout(until - time.monotonic()):
            return await part.run(scale)

    try:
        verdicts = asyncio.run(in_time())
    except Exception as error:  # noqa: BLE001 - whatever it is, it becomes a row
        traceback.print_exc()
        verdicts = [Verdict("the part runs to its end", 1, 1, 0, type(error).__name__)]
    there.send(verdicts)


def _outcome(ended: Connection) -> Sequence[Verdict]:
    with ended:
        try:
            verdicts: list[Verdict] = ended.recv()
        except EOFError:
            return [Verdict("the part runs to its end", 1, 1, 0, "its process died")]
    return verdicts or [Verdict("the part puts something to the test", 0, 0, 0)]


def _since(began: float) -> float:
    return time.monotonic() - began


def _tell(progress: str) -> None:
    click.echo(f"{time.strftime('%H:%M:%S')} {progress}", err=True)


@click.command()
@click.option("--quick", is_flag=True, help="So few tries that all of it takes seconds.")
@click.option("--only", multiple=True, metavar="PART", help="This part alone; may be repeated.")
def main(*, quick: bool, only: Sequence[str]) -> None:
    """Put what Rapport promises to the test."""
    every = parts()
    unknown = set(only) - set(every)
    if unknown:
        raise click.BadParameter(f"{', '.join(sorted(unknown))}; there are {', '.join(every)}")
    chosen = {name: part for name, part in every.items() if not only or name in only}
    # All processes of this run share one PostgreSQL server, which goes by this name.
    os.environ.setdefault("PYTEST_XDIST_TESTRUNUID", uuid.uuid4().hex)
    began = time.monotonic()
    with running_server():
        findings = carry_out(chosen, Scale(quick))
    click.echo(table(findings))
    click.echo(totals(findings, _since(began)))
    sys.exit(not all(finding.held for finding in findings))


if __name__ == "__main__":
    main(prog_name="python -m tests.torture")
