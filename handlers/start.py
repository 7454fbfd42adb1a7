"""The first minute: one sentence, an example to imitate, and later one question.

    /start          → what Rapport is, and a message to imitate
    (a first note)  → its card, and then: where are you?
    Berlin          → the zone is set; the digest comes at 08:30
    a location      → the same;  14:35 → the same, by the owner's clock

The question never stands in the way: a note that comes instead of an answer is kept as a note,
and the question can be skipped.

    zone ──city, location or clock time──▸ set
      ├──several places fit──▸ pick one of at most four
      └──Skip──▸ the house's zone, until /settings says otherwise
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from telegram import Update
from telegram.ext import filters

from handlers.buttons import button, named, says
from handlers.context import Desk, TurnContext
from handlers.replies import rows_of
from handlers.routing import NEW, Route, command, message, tap, words_of
from rapport.capture.asides import is_no_answer
from rapport.nudges.hours import DigestClock, moved
from rapport.places import Place, clock_time, is_zone, zone_at, zone_from_clock, zones_for
from rapport.preferences import Preferences
from rapport.templating import say
from storage import owners

LONGEST_PLACE = 60


async def start(_: Update, context: TurnContext) -> None:
    """Say in one sentence what this is, and show a message to imitate."""
    turn = context.turn

    def greet(desk: Desk) -> None:
        desk.close_dialogue()
        desk.say(say("start", "welcome", name=desk.owner.name))

    await turn.run(greet)


def ask_for_zone(desk: Desk) -> None:
    """Ask where the owner is, unless they have said or were asked before."""
    owner = desk.owner
    if owner.zone is not None or Preferences.of(owner.preferences).asked_zone:
        return
    ask_zone(desk)


def ask_zone(desk: Desk) -> None:
    """Ask where the owner is."""
    _keep_asking(desk, is_open=True)
    desk.say(say("start", "ask_zone"), [[button("skip", "zone-skip")]])


def _keep_asking(desk: Desk, *, is_open: bool) -> None:
    chosen = replace(Preferences.of(desk.owner.preferences), asked_zone=True, asks_zone=is_open)
    owners.change(desk.unit, desk.owner.id, preferences=chosen.stored())


def set_zone(desk: Desk, zone: str) -> None:
    """The owner lives in this zone; their digest moves to its clock."""
    # The change comes first: from then on no digest comes between the reading and the moving.
    owners.change(desk.unit, desk.owner.id, zone=zone)
    clock = moved(digest_clock(desk), desk.turn.now, zone=ZoneInfo(zone))
    owners.change(desk.unit, desk.owner.id, digest_due=clock.due, digest_day=clock.last)


def digest_clock(desk: Desk) -> DigestClock:
    """The owner's digests, as they stand now: one may have come since the update came in."""
    owner = desk.notebook.owner
    return DigestClock(owner.digest_at, desk.turn.zone, owner.digest_due, owner.digest_day)


def zone_is_asked(context: TurnContext) -> bool:
    """Whether the question is open."""
    return Preferences.of(context.turn.known_owner.preferences).asks_zone


async def answer_zone(update: Update, context: TurnContext) -> bool:
    """Whether the words were an answer to the question; if not, they are something else's."""
    words = words_of(update)
    if is_no_answer(words):
        await skip_zone(update, context)
        return True
    places = _places(words, context.turn.now)
    if not places:
        return False
    await context.turn.run(lambda desk: _settle(desk, places))
    return True


def _places(words: str, now: datetime) -> list[Place]:
    """The places an answer may mean; a clock time means those whose clocks show it."""
    if len(words) > LONGEST_PLACE:
        return []
    clock = clock_time(words)
    if clock is None:
        return zones_for(words)
    return [_place_of(zone) for zone in zone_from_clock(clock, now)[:4]]


def _place_of(zone: str) -> Place:
    region, _, city = zone.rpartition("/")
    return Place(city.replace("_", " "), region, zone)


def _settle(desk: Desk, places: list[Place]) -> None:
    if len({place.zone for place in places}) == 1:
        _done(desk, places[0].zone)
        return
    picks = [named(f"{place.city}, {place.country_code}", "zone", place.zone) for place in places]
    desk.say(say("start", "which_place"), rows_of(picks, 2))


def _done(desk: Desk, zone: str) -> None:
    set_zone(desk, zone)
    _keep_asking(desk, is_open=False)
    now = desk.turn.now.astimezone(ZoneInfo(zone))
    text = say("start", "zone_set", zone=zone, now=now.strftime("%H:%M"), at=desk.owner.digest_at)
    if desk.turn.tapped_message is None:
        desk.say(text)
    else:
        desk.edit(text)


async def pick_zone(_: Update, context: TurnContext) -> None:
    """One of the places was tapped."""
    assert context.match is not None
    zone = context.match.group(1)
    is_known = is_zone(zone)

    def settle(desk: Desk) -> None:
        if is_known:
            _done(desk, zone)
        else:
            desk.say(say("help", "old_button"))

    await context.turn.run(settle)


async def share_location(update: Update, context: TurnContext) -> None:
    """A location says the zone."""
    assert update.message is not None
    location = update.message.location
    assert location is not None
    zone = zone_at(location.latitude, location.longitude)

    def answer(desk: Desk) -> None:
        if zone is None:
            desk.say(say("start", "no_zone_there"))
        else:
            _done(desk, zone)

    await context.turn.run(answer)


async def skip_zone(_: Update, context: TurnContext) -> None:
    """The question is put aside."""

    def put_aside(desk: Desk) -> None:
        _keep_asking(desk, is_open=False)
        desk.edit(say("start", "zone_skipped", zone=desk.turn.zone.key))

    await context.turn.run(put_aside)


def routes() -> list[Route]:
    """/start, and the one question."""
    return [
        command("start", start, in_menu=False),
        tap(says("zone", "[A-Za-z0-9_+/-]{2,48}"), pick_zone),
        tap(says("zone-skip"), skip_zone),
        message(NEW & filters.LOCATION, share_location),
    ]
