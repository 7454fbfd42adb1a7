"""Rapport beside a stock echo bot: updates a second, latency, processor time, memory, start.

The echo bot stores nothing and answers a text with itself over python-telegram-bot's own polling
and HTTPXRequest, one update at a time (its default) and with `concurrent_updates=64`; the better of
the two counts. Rapport is the real process: it stores the update, captures a new contact, an
interaction and a promise, and answers with the card. All talk to the same fake Bot API, in turns,
and an update counts when its reply has arrived. Rapport's own limits on sending are lifted.
"""

import json
import math
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import click

from benchmarks.crowd import FIRST_CHAT, Observed, Phase
from benchmarks.filling import fill
from benchmarks.processes import Api, Running, fake_api, postgres, running, scratch
from benchmarks.texts import meetings

CONTACTS = 3_000
CHATS = 64
_CONCURRENT = 64
SCENES = ("1", "64", "64_delay50", "backlog")

Figures = dict[str, float | int | bool | str | None]


@dataclass(frozen=True)
class Effort:
    """How much is measured."""

    rounds: dict[str, int]
    measured: float
    warm_up: float
    steady: float
    """Seconds of texting at a fixed rate."""
    settle: float
    """Seconds of quiet before memory is read."""
    starts: int
    postgres: bool


FULL = Effort(
    {"1": 3, "64": 5, "64_delay50": 3, "backlog": 3},
    measured=4.0,
    warm_up=1.0,
    steady=10.0,
    settle=3.0,
    starts=3,
    postgres=True,
)
QUICK = Effort(
    {"1": 1, "64": 2, "64_delay50": 1, "backlog": 1},
    measured=0.6,
    warm_up=0.15,
    steady=2.0,
    settle=0.5,
    starts=1,
    postgres=False,
)


@dataclass
class Contestant:
    """A running bot, and what was seen of it."""

    token: str
    process: Running
    seen: dict[str, list[Observed]] = field(default_factory=dict)

    def text(self, api: Api, scene: str, phase: Phase) -> Observed:
        observed = api.text(self.token, self.process, phase)
        self.seen.setdefault(scene, []).append(observed)
        return observed

    def per_second(self, scene: str) -> float:
        return statistics.median(observed.per_second for observed in self.seen[scene])

    def cpu_us(self, scene: str) -> float:
        return statistics.median(observed.cpu_us for observed in self.seen[scene])

    def total(self, count: Callable[[Observed], int]) -> int:
        return sum(count(observed) for scene in self.seen.values() for observed in scene)


@click.command(short_help="Updates a second beside a stock echo bot.")
@click.option("--quick", is_flag=True, help="Shorter rounds, SQLite only: under 25 seconds.")
def throughput(quick: bool) -> None:
    """Updates a second beside a stock echo bot, latency, processor time, memory and start."""
    effort = QUICK if quick else FULL
    with scratch() as directory, fake_api(directory) as api, ExitStack() as stack:
        echoes = {
            "echo": stack.enter_context(_echo(api, directory, concurrency=1)),
            "echo_64": stack.enter_context(_echo(api, directory, concurrency=_CONCURRENT)),
        }
        engines = {"": f"sqlite:///{directory / 'rapport.sqlite3'}"}
        if effort.postgres:
            engines["pg_"] = stack.enter_context(postgres(directory))
        figures: Figures = {}
        rapports = {}
        for prefix, database in engines.items():
            rapports[prefix] = stack.enter_context(
                _rapport(api, directory, prefix, database, effort, figures)
            )
        _compete(api, effort, [*echoes.values(), *rapports.values()])
        for prefix, rapport in rapports.items():
            _steady(api, effort, rapport)
            figures |= _figures(prefix, rapport, echoes)
    _print_table(figures, tuple(engines))
    figures |= {"contacts": CONTACTS, "rate_limits_lifted": True, "quick": quick}
    figures["postgres"] = "measured" if effort.postgres else "skipped"
    click.echo(json.dumps(figures))


@contextmanager
def _echo(api: Api, directory: Path, concurrency: int) -> Iterator[Contestant]:
    token = f"{concurrency}:{'e' * 35}"
    arguments = ("benchmarks.echo_bot", api.address, token, str(concurrency))
    with running(*arguments, directory=directory) as process:
        api.first_poll(token, process)
        yield Contestant(token, process)


@contextmanager
def _rapport(
    api: Api, directory: Path, prefix: str, database: str, effort: Effort, figures: Figures
) -> Iterator[Contestant]:
    """Rapport over a filled database; its start and its idle memory go into the figures."""
    token = f"{1000 + len(prefix)}:{'r' * 35}"
    settings = {
        "TELEGRAM_BOT_TOKEN": token,
        "TELEGRAM_API_URL": api.address,
        "RAPPORT_DATABASE_URL": database,
        "RAPPORT_OPEN": "true",
        "RAPPORT_SEND_PER_SECOND": "0",
        "RAPPORT_SEND_PER_CHAT": "0",
    }
    # Surnames that no text of the benchmark will bring.
    people = list(islice(meetings(first=600_000), CONTACTS))
    fill(database, range(FIRST_CHAT, FIRST_CHAT + CHATS + effort.rounds["1"]), people)
    starts = []
    for _ in range(effort.starts - 1):
        with running("bot", "run", settings=settings, directory=directory) as process:
            starts.append(api.first_poll(token, process))
    with running("bot", "run", settings=settings, directory=directory) as process:
        starts.append(api.first_poll(token, process))
        time.sleep(effort.settle)
        figures[f"{prefix}start_s"] = round(statistics.median(starts), 2)
        figures[f"{prefix}idle_mb"] = round(process.resident_mb(), 1)
        yield Contestant(token, process)


def _compete(api: Api, effort: Effort, contestants: list[Contestant]) -> None:
    """Every scene for every bot, in turns, so that a busy moment of the machine hits all."""
    phase = Phase(chats=CHATS, warm_up=effort.warm_up, measured=effort.measured)
    scenes = {
        # A chat of its own each round: no owner meets ten thousand people in a night.
        "1": [replace(phase, chats=1, first=CHATS + n) for n in range(effort.rounds["1"])],
        "64": [phase] * effort.rounds["64"],
        "64_delay50": [replace(phase, delay=0.05)] * effort.rounds["64_delay50"],
        # Many texts in one breath: only then can answers overtake one another, and
        # only then does the echo bot fetch many updates with one call.
        "backlog": [replace(phase, chats=16, burst=20)] * effort.rounds["backlog"],
    }
    for scene, rounds in scenes.items():
        for each in rounds:
            for contestant in contestants:
                contestant.text(api, scene, each)


def _steady(api: Api, effort: Effort, rapport: Contestant) -> None:
    """Latency at 100 texts a second, sent whether or not answers come."""
    phase = Phase(chats=CHATS, rate=100, warm_up=effort.warm_up, measured=effort.steady)
    rapport.text(api, "steady", phase)


def _figures(prefix: str, rapport: Contestant, echoes: dict[str, Contestant]) -> Figures:
    figures: Figures = {}
    for scene in SCENES:
        own = rapport.per_second(scene)
        best = max(echo.per_second(scene) for echo in echoes.values())
        figures[f"{prefix}ratio_{scene}"] = _rounded(own / best if best else math.nan, 2)
        figures[f"{prefix}rapport_{scene}_per_s"] = round(own, 1)
        if not prefix:
            for name, echo in echoes.items():
                figures[f"{name}_at_{scene}_per_s"] = round(echo.per_second(scene), 1)
    steady = rapport.seen["steady"][0]
    figures[f"{prefix}p50_ms"] = _rounded(steady.p50_ms, 2)
    figures[f"{prefix}p95_ms"] = _rounded(steady.p95_ms, 2)
    figures[f"{prefix}cpu_us"] = _rounded(rapport.cpu_us("64"), 0)
    if not prefix:
        for name, echo in echoes.items():
            figures[f"{name}_cpu_us"] = _rounded(echo.cpu_us("64"), 0)
            figures[f"{name}_order_violations"] = echo.total(lambda seen: seen.out_of_order)
            figures[f"{name}_lost_replies"] = echo.total(lambda seen: seen.lost)
            figures[f"{name}_repeated_replies"] = echo.total(lambda seen: seen.repeated)
    figures[f"{prefix}order_violations"] = rapport.total(lambda seen: seen.out_of_order)
    figures[f"{prefix}lost_replies"] = rapport.total(lambda seen: seen.lost)
    figures[f"{prefix}repeated_replies"] = rapport.total(lambda seen: seen.repeated)
    return figures


def _rounded(figure: float, digits: int) -> float | None:
    """None where nothing was answered; JSON knows no NaN."""
    return round(figure, digits or None) if math.isfinite(figure) else None


_ROWS = (
    ("updates/s, 1 chat", "rapport_1_per_s", "at_1_per_s"),
    ("updates/s, 64 chats", "rapport_64_per_s", "at_64_per_s"),
    ("updates/s, 64 chats, 50 ms API", "rapport_64_delay50_per_s", "at_64_delay50_per_s"),
    ("updates/s, 16 chats, 20 texts at once", "rapport_backlog_per_s", "at_backlog_per_s"),
    ("ratio to the better echo, 1 chat", "ratio_1", ""),
    ("ratio, 64 chats", "ratio_64", ""),
    ("ratio, 64 chats, 50 ms API", "ratio_64_delay50", ""),
    ("ratio, 16 chats, 20 texts at once", "ratio_backlog", ""),
    ("message to reply at 100/s, p50 ms", "p50_ms", ""),
    ("message to reply at 100/s, p95 ms", "p95_ms", ""),
    ("CPU of the process, µs an update", "cpu_us", "cpu_us"),
    ("replies out of order", "order_violations", "order_violations"),
    ("replies lost", "lost_replies", "lost_replies"),
    ("replies repeated", "repeated_replies", "repeated_replies"),
    ("idle memory, MB", "idle_mb", ""),
    ("start to first getUpdates, s", "start_s", ""),
)


def _print_table(figures: Figures, engines: tuple[str, ...]) -> None:
    names = {"": "Rapport, SQLite", "pg_": "Rapport, PostgreSQL"}
    heads = [names[prefix] for prefix in engines] + ["echo", f"echo, {_CONCURRENT} at once"]
    click.echo(" " * 38 + "".join(f"{head:>21}" for head in heads))
    for title, own, echo in _ROWS:
        cells = [figures.get(prefix + own) for prefix in engines]
        cells += [figures.get(f"{name}_{echo}") for name in ("echo", "echo_64")]
        click.echo(
            f"{title:<38}" + "".join(f"{'' if cell is None else cell:>21}" for cell in cells)
        )
    click.echo(
        f"\nOne run, one fake Bot API, every bot in turns, {CONTACTS:,} contacts in Rapport's "
        "database;\nRapport's rate limits (30/s overall, 1/s per chat) are lifted, "
        "the echo bot has none."
    )
    if "pg_" not in engines:
        click.echo("PostgreSQL was skipped; it is measured without --quick.")
