"""The backups of this Rapport: where they lie, what they are called, how long they are kept.

One is made every day, one before every migration, and one of whatever a restore replaces. A file
of our naming is removed once it is older than RAPPORT_BACKUP_DAYS, whoever made it, but for the
newest sound one: while no newer one can be made, it stays. Where none are made by themselves, none
newer than what was kept before a migration or a restore need ever come, and its age alone decides.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import os
import re
import shutil
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.clock import Clock
from bot.question import ANSWERS_WITHIN, Question
from bot.settings import Settings
from storage import backups, schema
from storage.copying import Asked, never
from storage.database import parse_address
from storage.errors import StorageError

log = logging.getLogger(__name__)

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
LOOK = 60.0  # seconds between two looks at whether one is due; none is made as the bot starts

RAPPORT, PLAYGROUND = "rapport", "playground"
_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"(rapport|playground)-(\d{8}T\d{6}Z)(?:-before-([a-z0-9]+))?\.sqlite")


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that lies in the directory."""

    path: Path
    at: datetime
    before: str
    """What was done next: a migration, a restore; nothing, of one made for its own sake."""


class RestoreRefused(StorageError):
    """The restore would harm what is there; the message says how to go on."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did."""

    owners: int
    kept: Path | None  # where the records lie that were replaced; None if there were none

    def report(self) -> Iterator[str]:
        """What the operator is told."""
        yield f"Restored: {self.owners} owner{'s' * (self.owners != 1)}."
        if self.kept is not None:
            yield f"What was there before is kept in {self.kept}"
        yield (
            "What was waiting to be sent when the backup was made goes out once more, marked as "
            "a possible repeat; what fell due since comes late, once."
        )


def name_of(at: datetime, before: str = "", *, whose: str = RAPPORT) -> str:
    """The name of a backup of that instant, made before something else was done."""
    why = f"-before-{before}" if before else ""
    return f"{whose}-{at.astimezone(UTC).strftime(_STAMP)}{why}.sqlite"


def _whose(settings: Settings) -> str:
    """The playground's are named apart: one of nothing real must not pass for the day's."""
    return PLAYGROUND if settings.is_playground else RAPPORT


def made(directory: Path, whose: str = RAPPORT) -> list[Made]:
    """The backups in a directory, oldest first; only files of our own naming. OSError where it
    is there and cannot be read."""
    found = []
    for name in _names_in(directory):
        named = _NAME.fullmatch(name)
        if named and named[1] == whose:
            with contextlib.suppress(ValueError):  # the 31st of February
                at = datetime.strptime(named[2], _STAMP).replace(tzinfo=UTC)
                found.append(Made(directory / name, at, named[3] or ""))
    return sorted(found, key=lambda backup: (backup.at, backup.path.name))


def _names_in(directory: Path) -> list[str]:
    try:
        # A glob would find nothing where the disk cannot be read.
        return [path.name for path in directory.iterdir()]
    except FileNotFoundError:
        return []


def last_backup(directory: Path, now: datetime) -> datetime | None:
    """When the newest backup was made; None if there is none. One from the future, made under a
    wrong clock, counts for nothing."""
    return max((backup.at for backup in made(directory) if backup.at <= now), default=None)


def is_due(directory: Path, now: datetime) -> bool:
    """Whether there is none of the last day."""
    last = last_backup(directory, now)
    return last is None or now - last >= DAY


def expire(settings: Settings, now: datetime) -> list[Path]:
    """The backups that were removed for their age: the old ones, but for the one to fall back
    on."""
    there = made(settings.backup_directory, _whose(settings))
    old = [each for each in there if not _is_of(each.at, now, settings.days_kept)]
    to_choose_from = [each for each in there if settings.backs_up_daily or not each.before]
    to_choose_from.sort(key=lambda each: (each.at <= now + DAY, each.at), reverse=True)
    if not old or old == to_choose_from[:1]:  # to look through a large one takes a while
        return []
    sound = (each for each in to_choose_from if _is_sound(each.path))
    stays = next(sound, to_choose_from[0] if to_choose_from else None)
    gone = [each.path for each in old if each is not stays]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def _is_of(at: datetime, now: datetime, days: int) -> bool:
    """Whether it is of the last so many days. What was made under a clock that was ahead says
    nothing of its age: it would be there for years."""
    return now - days * DAY <= at <= now + DAY


def _is_sound(path: Path) -> bool:
    try:
        backups.check(path)
    except backups.NotABackup:
        return False
    return True


def sweep(directory: Path, now: datetime) -> None:
    """Remove what backups and restores that were killed left in a directory, a day later."""
    for unfinished in directory.glob(f"{backups.UNFINISHED}*"):
        with contextlib.suppress(FileNotFoundError):  # it was finished, or another was first
            since = datetime.fromtimestamp(unfinished.stat().st_mtime, UTC)
            if not _is_of(since, now, 1):
                shutil.rmtree(unfinished)


def back_up(settings: Settings, path: Path | None, now: datetime) -> Path:
    """Where the new backup lies: at the path, in it under our own name if it is a directory, or
    in the directory of backups."""
    if path is not None and not path.absolute().parent.is_dir():
        # A disk that is not there just now: its directory must not be made on another one.
        raise StorageError(f"there is no directory {path.parent}")
    place = settings.backup_directory if path is None else path
    if path is None or path.is_dir():
        place /= name_of(now, whose=_whose(settings))
    backups.make(parse_address(settings.database_address), place)
    return place


def make(settings: Settings, now: datetime, *, before: str = "", stop_asked: Asked = never) -> Path:
    """A new backup in the directory; StorageError says why there is none."""
    path = settings.backup_directory / name_of(now, before, whose=_whose(settings))
    backups.make(parse_address(settings.database_address), path, stop_asked=stop_asked)
    return path


def before_migration(settings: Settings, now: datetime) -> Path | None:
    """A backup of what is about to be migrated; None where nothing is, or none is wanted.
    StorageError: there is none, so the migration had better not happen."""
    url = parse_address(settings.owner_address)
    if settings.backup_days == 0 or settings.is_playground:
        return None
    is_older = (schema.current(url) or schema.HEAD) < schema.HEAD
    if not is_older or not backups.holding(url).owners:
        return None
    path = settings.backup_directory / name_of(now, f"migration{schema.HEAD}")
    try:
        if not path.exists():
            backups.make(url, path)
    except StorageError:
        if schema.current(url) != schema.HEAD:  # a replica was first, backup included
            raise
    return path


class DailyBackup:
    """Makes the day's backup, where one is wanted and none of the last day is there. Where none
    is wanted too, old ones are removed, by whomever they were made."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._make_from: datetime | None = None
        self._tidy_from: datetime | None = None

    async def look(self) -> None:
        """Do what is due, in a thread; stopped when the bot stops."""
        stopped = threading.Event()
        try:
            await asyncio.to_thread(self._see_to_it, self._clock(), stopped.is_set)
        finally:
            stopped.set()

    def _see_to_it(self, now: datetime, stop_asked: Asked) -> None:
        if not _is_early(self._tidy_from, now):
            self._tidy_from = now + HOUR
            try:
                tidy(self._settings, now)
            except OSError as error:
                log.warning("old backups cannot be removed, and are tried again: %s", error)
        if self._settings.backs_up_daily and not _is_early(self._make_from, now):
            try:
                self._make_if_due(now, stop_asked)
            except (StorageError, OSError) as error:
                self._make_from = now + HOUR
                log.warning("the backup failed, and is tried again in an hour: %s", error)

    def _make_if_due(self, now: datetime, stop_asked: Asked) -> None:
        directory = self._settings.backup_directory
        with _alone_in(directory) as is_alone:
            if is_alone and is_due(directory, now):
                path = make(self._settings, now, stop_asked=stop_asked)
                log.info("a backup is made: %s", path)


def _is_early(begin: datetime | None, now: datetime) -> bool:
    """Whether it is still to be waited for; one from before the clock was set back is not."""
    return begin is not None and now < begin <= now + HOUR


def tidy(settings: Settings, now: datetime) -> None:
    """Remove what is too old, and what was left half made."""
    removed = expire(settings, now)
    if removed:
        log.info("old backups are removed: %d", len(removed))
    for place in _places(settings):
        sweep(place, now)


def _places(settings: Settings) -> set[Path]:
    """Where backups lie, and where what becomes of one is made."""
    return {settings.backup_directory, _workplace(settings)}


def days_held(settings: Settings) -> Callable[[], Awaitable[int]]:
    """What tells for how many days backups hold what was in them: 0, if there is none of ours and
    none will be made."""
    question = Question(lambda: asyncio.to_thread(_is_any_there, settings))

    async def days() -> int:
        try:
            is_any = settings.backs_up_daily or await question.answer(ANSWERS_WITHIN)
        except OSError:  # what cannot be looked at may hold some
            is_any = True
        return settings.days_kept if is_any else 0

    return days


def _is_any_there(settings: Settings) -> bool:
    half_made = (
        name.startswith(backups.UNFINISHED)
        for place in _places(settings)
        for name in _names_in(place)
    )
    return bool(made(settings.backup_directory, _whose(settings))) or any(half_made)


@contextlib.contextmanager
def _alone_in(directory: Path) -> Iterator[bool]:
    """Whether no other replica is making the backup of a directory they share."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = os.open(directory / ".lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(file)


def restore(
    settings: Settings,
    backup: Path,
    now: datetime,
    *,
    replace: bool,
    bring_up: Callable[[], None],
) -> Restored:
    """Make a backup's records the database's. `bring_up` gives a server's tables the newest
    schema. NotABackup and RestoreRefused leave everything as it was."""
    url = parse_address(settings.database_address)
    is_file = url.get_backend_name() == "sqlite"
    file = Path(url.database or "")
    with backups.unpacked(backup, _workplace(settings)) as new:
        there = _owners_there(settings)
        if there != 0 and not replace:
            what = "is none of Rapport's, or damaged" if there is None else "holds records already"
            raise RestoreRefused(f"the database {what}; --replace puts the backup in its place")
        kept = None
        if there is None:
            kept = file.with_name(f"{file.name}.damaged-{now.astimezone(UTC).strftime(_STAMP)}")
            backups.keep_as_it_is(file, kept)
        elif there:
            kept = make(settings, now, before="restore")
        if not is_file:
            bring_up()
        backups.put_in_place(new, url)
        return Restored(_owners_there(settings) or 0, kept)


def _workplace(settings: Settings) -> Path:
    """Where a backup is unpacked: a file takes its place by a name, so it lies beside it."""
    url = parse_address(settings.database_address)
    is_file = url.get_backend_name() == "sqlite"
    return Path(url.database or "").parent if is_file else settings.backup_directory


def _owners_there(settings: Settings) -> int | None:
    """How many owners' records the database holds; None for a file that says nothing of it."""
    url = parse_address(settings.database_address)
    if url.get_backend_name() != "sqlite":
        return backups.holding(url).owners
    file = Path(url.database or "")
    try:
        held = backups.holding(url)
    except StorageError:
        return None
    is_foreign = held.revision is None and file.exists() and file.stat().st_size > 0
    return None if is_foreign else held.owners
