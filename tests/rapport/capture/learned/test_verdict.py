"""What a message is, when its judges do not agree."""

from collections.abc import Mapping

from rapport.capture.learned.tags import Span, Tag, spans_of
from rapport.capture.learned.verdict import NEVER, Verdict, verdict
from rapport.capture.reading import Intent, Kind, Ref


def judged(
    intent: Mapping[str, float],
    kind: Mapping[str, float] | None = None,
    event: Mapping[str, float] | None = None,
    refs: tuple[Ref, ...] = (Ref.KNOWN,),
    tags: frozenset[Tag] = frozenset(),
) -> Verdict:
    """The verdict; where a judge is not heard, nothing took place or happened."""
    nothing = {NEVER: 0.9, "met": 0.05, "call": 0.05}
    no_event = {NEVER: 0.9, "baby": 0.1}
    likely = {"intent": intent, "kind": kind or nothing, "event": event or no_event}
    return verdict(likely, refs, tags)


def test_judges_that_agree_are_followed() -> None:
    found = judged({"interaction": 0.9, "update": 0.1}, {NEVER: 0.1, "call": 0.8, "met": 0.1})
    assert found == Verdict(Intent.INTERACTION, Kind.CALL, None)


def test_an_interaction_took_place_somehow() -> None:
    found = judged({"interaction": 0.9, "update": 0.1}, {NEVER: 0.5, "call": 0.3, "met": 0.2})
    assert found.kind is Kind.CALL


def test_who_is_sure_outvotes_who_is_not() -> None:
    found = judged({"interaction": 0.51, "reminder": 0.49}, {NEVER: 0.99, "call": 0.01})
    assert found == Verdict(Intent.REMINDER, None, None)


def test_a_question_logs_nothing() -> None:
    found = judged({"query": 0.9, "interaction": 0.1}, {NEVER: 0.3, "call": 0.7})
    assert found == Verdict(Intent.QUERY, None, None)


def test_nobody_new_is_met_where_nobody_new_is_named() -> None:
    likely = {"new_contact": 0.8, "interaction": 0.2}
    kinds = {NEVER: 0.1, "met": 0.9}
    assert judged(likely, kinds).intent is Intent.INTERACTION
    assert judged(likely, kinds, refs=(Ref.NEW,)).intent is Intent.NEW_CONTACT


def test_a_life_event_happened_to_somebody() -> None:
    found = judged({"life_event": 0.6, "update": 0.4}, event={NEVER: 0.4, "baby": 0.6})
    assert found == Verdict(Intent.LIFE_EVENT, None, "baby")


def test_labels_mark_stretches() -> None:
    labels = ["O", "B-P", "I-P", "B-P", "O", "B-C", "I-R", "I-R"]
    assert spans_of(labels) == [
        Span(1, 3, Tag.PERSON),
        Span(3, 4, Tag.PERSON),
        Span(5, 8, Tag.COMPANY),
    ]
    assert spans_of(["I-L", "O"]) == [Span(0, 1, Tag.PLACE)]
    assert spans_of([]) == []
