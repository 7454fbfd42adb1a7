"""Zones from what people type when they are asked where they are."""

from datetime import UTC, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.places import Place, clock_time, zone_at, zone_from_clock, zones_for


@pytest.mark.parametrize(
    ("text", "zone", "why"),
    [
        ("Berlin", "Europe/Berlin", "a city"),
        ("  berlin ", "Europe/Berlin", "however it is typed"),
        ("são paulo", "America/Sao_Paulo", "with its accent"),
        ("Sao Paulo", "America/Sao_Paulo", "without"),
        ("NYC", "America/New_York", "an abbreviation"),
        ("new york", "America/New_York", "the short name"),
        ("München", "Europe/Berlin", "a name in its own language"),
        ("москва", "Europe/Moscow", "another script, lower case"),
        ("東京", "Asia/Tokyo", "a script without case"),
        ("Bombay", "Asia/Kolkata", "a former name"),
        ("Paris", "Europe/Paris", "the biggest of that name"),
        ("Paris, Texas", "America/Chicago", "a state tells it apart"),
        ("Portland, OR", "America/Los_Angeles", "so does its code"),
        ("London, UK", "Europe/London", "and a country"),
        ("Lagos Nigeria", "Africa/Lagos", "also without its comma"),
        ("I'm in Lisbon", "Europe/Lisbon", "in a sentence"),
        ("India", "Asia/Kolkata", "a country, not a town of that name"),
        ("uk", "Europe/London", "a country as people call it"),
        ("Europe/Berlin", "Europe/Berlin", "a zone"),
        ("america/new york", "America/New_York", "a zone, loosely"),
        ("UTC", "Etc/UTC", "no offset"),
        ("UTC+2", "Etc/GMT-2", "the sign of these names is the other way round"),
        ("gmt -5", "Etc/GMT+5", "west"),
        ("+05:00", "Etc/GMT-5", "an offset alone"),
    ],
)
def test_a_place_has_a_zone(text: str, zone: str, why: str) -> None:
    assert zones_for(text)[0].zone == zone, why


@pytest.mark.parametrize(
    "text", ["", "de", "xyzzy", ".*", '"', "{", "UTC+99", "Paris, Atlantis", "/"]
)
def test_what_is_no_place_has_no_zone(text: str) -> None:
    assert zones_for(text) == []


def test_namesakes_come_by_size() -> None:
    paris = zones_for("paris", limit=2)
    assert [place.country_code for place in paris] == ["FR", "US"]
    assert paris[0] == Place("Paris", "FR", "Europe/Paris")
    assert len(zones_for("San José", limit=3)) == 3


@settings(deadline=None, max_examples=25)
@given(st.text(max_size=100))
def test_any_text_can_be_asked(text: str) -> None:
    assert len(zones_for(text, limit=2)) <= 2


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("14:35", time(14, 35)),
        ("2:35pm", time(14, 35)),
        ("2 pm", time(14)),
        ("12am", time(0)),
        ("12:05 p.m.", time(12, 5)),
        ("9.30", time(9, 30)),
        ("25:00", None),
        ("13pm", None),
        ("8", None),
        ("soon", None),
    ],
)
def test_a_clock_is_read(text: str, clock: time | None) -> None:
    assert clock_time(text) == clock


@pytest.mark.parametrize(
    ("clock", "first", "why"),
    [
        (time(9, 31), "Europe/Berlin", "an hour and a minute ahead"),
        (time(14, 0), "Asia/Kolkata", "half an hour"),
        (time(4, 28), "America/New_York", "behind, in summer time"),
        (time(21, 30), "Pacific/Auckland", "tomorrow's date is another offset"),
    ],
)
def test_a_clock_tells_the_zone(clock: time, first: str, why: str) -> None:
    assert zone_from_clock(clock, datetime(2026, 3, 18, 8, 30, tzinfo=UTC))[0] == first, why


def test_a_position_has_a_zone() -> None:
    assert zone_at(52.52, 13.4) == "Europe/Berlin"
    assert zone_at(-33.87, 151.2) == "Australia/Sydney"
    assert zone_at(91, 0) is None
