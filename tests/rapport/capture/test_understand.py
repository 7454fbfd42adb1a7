"""What messages mean, in tables: one kind of statement after the other."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest

from rapport.capture.reading import Entry, Intent, Kind, Person, Reading, Ref
from rapport.capture.understand import read
from storage.types import FactKind, PartialDate
from tests.rapport.capture.builders import BERLIN, PEOPLE, WEDNESDAY, context, reading

ANA, TOM_OKAFOR, TOM_BRANDT = 1, 2, 3


def entry(text: str) -> Entry:
    """The only entry of a text."""
    (only,) = reading(text).entries
    return only


def person(text: str) -> Person:
    """The only person of a text's only entry."""
    (only,) = entry(text).people
    return only


def names(people: tuple[Person, ...]) -> list[str]:
    return [one.name for one in people]


def test_a_whole_note_is_understood() -> None:
    note = entry(
        "Met Priya Nair, CTO at Finch, at PyData Berlin last night. Talked vector DBs. "
        "Promised to send our benchmark by Friday."
    )
    assert note.intent is Intent.NEW_CONTACT
    assert note.people == (Person("Priya Nair", Ref.NEW, role="CTO", company="Finch"),)
    assert (note.kind, note.place, note.topics) == (Kind.MET, "PyData Berlin", ("vector DBs",))
    assert note.date is not None
    assert note.date.day == date(2026, 3, 17)
    (promise,) = note.promises
    assert (promise.by_me, promise.who, promise.what) == (True, "Priya Nair", "send our benchmark")
    assert promise.due is not None
    assert promise.due.day == date(2026, 3, 20)


@pytest.mark.parametrize("change", [str.lower, str.upper])
def test_case_does_not_matter(change: Callable[[str], str]) -> None:
    text = "Met Priya Nair, CTO at Finch, at PyData Berlin last night. Talked vector DBs."
    note = entry(change(text))
    (priya,) = note.people
    found = [priya.name, priya.role, priya.company, note.place, *note.topics]
    assert [str(each).lower() for each in found] == [
        "priya nair",
        "cto",
        "finch",
        "pydata berlin",
        "vector dbs",
    ]


LOGS = [
    ("Met Ana yesterday", Kind.MET, "2026-03-17", "met"),
    ("coffee with ana this morning", Kind.COFFEE, "2026-03-18", "coffee, lower case"),
    ("Had lunch w/ Ana on Tuesday", Kind.LUNCH, "2026-03-17", "lunch"),
    ("dinner with Ana 3 days ago", Kind.DINNER, "2026-03-15", "dinner"),
    ("grabbed a beer with Ana on friday", Kind.DRINKS, "2026-03-13", "beer is drinks"),
    ("Breakfast with Ana on 12 March", Kind.BREAKFAST, "2026-03-12", "breakfast"),
    ("Called Ana last Thursday", Kind.CALL, "2026-03-12", "a verb"),
    ("Call with Ana yesterday", Kind.CALL, "2026-03-17", "a noun"),
    ("Spoke to Ana today", Kind.CALL, "2026-03-18", "spoke"),
    ("Zoom with Ana on 2026-03-16", Kind.VIDEO, "2026-03-16", "video"),
    ("Emailed Ana on Monday", Kind.EMAIL, "2026-03-16", "mail"),
    ("texted Ana last night", Kind.MESSAGE, "2026-03-17", "message"),
    ("1:1 with Ana just now", Kind.MEETING, "2026-03-18", "one to one"),
    ("Ran into Ana yesterday", Kind.MET, "2026-03-17", "by chance"),
    ("caught up with Ana over coffee yesterday", Kind.COFFEE, "2026-03-17", "over coffee"),
    ("Ana called yesterday", Kind.CALL, "2026-03-17", "the other way round"),
    ("Ana emailed me on Monday", Kind.EMAIL, "2026-03-16", "the same, to me"),
]


@pytest.mark.parametrize(("text", "kind", "day", "why"), LOGS)
def test_an_interaction_is_logged(text: str, kind: Kind, day: str, why: str) -> None:
    logged = entry(text)
    assert logged.intent is Intent.INTERACTION, why
    assert logged.kind is kind, why
    assert names(logged.people) == ["Ana Beltran"], why
    assert logged.date is not None
    assert logged.date.day == date.fromisoformat(day), why
    assert logged.follow_up is None, why


NEW_PEOPLE = [
    ("Met Priya Nair (head of data @ Finch) at Slush", "Priya Nair", "head of data", "Finch"),
    ("Met Priya Nair, CTO of Finch", "Priya Nair", "CTO", "Finch"),
    ("Met Priya Nair from Finch at Slush", "Priya Nair", None, "Finch"),
    ("Met Dr. Henrike Vogt, radiologist at Charité", "Henrike Vogt", "radiologist", "Charité"),
    ("Met Siobhán O'Leary-Quinn", "Siobhán O'Leary-Quinn", None, None),
    ("Met Ludwig van der Berg at the fair", "Ludwig van der Berg", None, None),
    ("Met Jean-Luc Picard, captain at Starfleet", "Jean-Luc Picard", "captain", "Starfleet"),
    ("Met Ramesh K. at Slush", "Ramesh K.", None, None),
    ("Met 李旭 from ByteDance", "李旭", None, "ByteDance"),
    ("Met Иван Петров yesterday", "Иван Петров", None, None),
    ("Met प्रिया शर्मा at Slush", "प्रिया शर्मा", None, None),
    ("met a guy called Teo from Revolut", "Teo", None, "Revolut"),
    ("met priya nair, cto at finch", "priya nair", "cto", "finch"),
    ("Bumped into my old boss Peter Lang at the station", "Peter Lang", None, None),
    ("add Priya Nair, VP of Sales at Finch", "Priya Nair", "VP of Sales", "Finch"),
    ("Priya Nair, PM at Finch, priya@finch.io", "Priya Nair", "PM", "Finch"),
    ("Met Tom Baker yesterday", "Tom Baker", None, None),
    ("met tom baker yesterday", "tom baker", None, None),
    (
        "Met Priya Nair at Slush. She works at Siemens as an engineer",
        "Priya Nair",
        "engineer",
        "Siemens",
    ),
]


@pytest.mark.parametrize(("text", "name", "role", "company"), NEW_PEOPLE)
def test_somebody_new_is_taken_up(
    text: str, name: str, role: str | None, company: str | None
) -> None:
    assert entry(text).intent is Intent.NEW_CONTACT
    found = person(text)
    assert (found.name, found.ref, found.contact_ids) == (name, Ref.NEW, ())
    assert (found.role, found.company) == (role, company)


REFERENCES = [
    ("Met Ana", Ref.KNOWN, "Ana Beltran", (ANA,), "a first name"),
    ("met ana beltran", Ref.KNOWN, "Ana Beltran", (ANA,), "the whole name, lower case"),
    ("Met Tom", Ref.AMBIGUOUS, "Tom", (TOM_OKAFOR, TOM_BRANDT), "two of that first name"),
    ("Met Tom Brandt", Ref.KNOWN, "Tom Brandt", (TOM_BRANDT,), "told apart"),
    ("Met Ana Silva", Ref.NEW, "Ana Silva", (), "somebody else of that first name"),
    ("Will called", Ref.KNOWN, "Will Archer", (11,), "a name that is a word"),
    ("texted will about the game", Ref.KNOWN, "Will Archer", (11,), "the same, lower case"),
    ("Met Mai", Ref.KNOWN, "Nguyễn Thị Mai", (14,), "a given name that stands last"),
]


@pytest.mark.parametrize(("text", "ref", "name", "ids", "why"), REFERENCES)
def test_a_name_means_whom_the_roster_knows(
    text: str, ref: Ref, name: str, ids: tuple[int, ...], why: str
) -> None:
    found = person(text)
    assert (found.ref, found.name, found.contact_ids) == (ref, name, ids), why
    assert found.contact_id == (ids[0] if ref is Ref.KNOWN else None)


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Coffee with Ana and Dario", ["Ana Beltran", "Dario Conti"]),
        ("Drinks w/ Ana, Dario & Marta last Thursday", ["Ana Beltran", "Dario Conti", "Marta"]),
        ("Met Ben Hill (Stripe) + Zoe Park (Plaid) at Slush", ["Ben Hill", "Zoe Park"]),
        ("call w/ Ana + Grace: budget, offsite", ["Ana Beltran", "Grace Kim"]),
        ("Met Björn, Freya & Thor at the sauna", ["Björn", "Freya", "Thor"]),
        ("introduced Ana to Kofi over email", ["Ana Beltran", "Kofi Mensah"]),
    ],
)
def test_several_people_are_listed(text: str, people: list[str]) -> None:
    assert names(entry(text).people) == people


def test_a_company_after_a_comma_is_no_person() -> None:
    assert person("Met Priya Nair, Stripe, at Slush").company == "Stripe"


def test_others_are_mentioned_and_not_met() -> None:
    note = entry("Coffee with Ana and her husband Felix. She wants an intro to Grace")
    assert names(note.people) == ["Ana Beltran"]
    assert names(note.mentions) == ["Felix", "Grace Kim"]


def test_who_introduced_somebody_is_how_they_met() -> None:
    note = entry("Met Marta Silva through Raj at Slush")
    assert (note.how_met, note.place) == ("through Raj", "Slush")
    assert names(note.mentions) == ["Raj Malhotra"]


def test_two_events_are_two_entries() -> None:
    coffee, call = reading("coffee w/ Ana yesterday, call with Dario today").entries
    assert (coffee.kind, names(coffee.people)) == (Kind.COFFEE, ["Ana Beltran"])
    assert (call.kind, names(call.people)) == (Kind.CALL, ["Dario Conti"])


PROMISES = [
    ("Promised Ana to share the report by end of month", True, "share the report", "2026-03-31"),
    ("I promised Ana I'd review her paper before April 10", True, "review her paper", "2026-04-10"),
    ("Told Ana I'd send the deck", True, "send the deck", None),
    ("Need to send Ana the invoice by Friday", True, "send Ana the invoice", "2026-03-20"),
    ("owe ana a beer", True, "a beer", None),
    ("Lunch with Ana. I'll send her the deck by Thursday", True, "send her the deck", "2026-03-19"),
    ("Ana will send me the slides by Monday", False, "send me the slides", "2026-03-23"),
    ("Ana promised to intro me to Petra Weiss", False, "intro me to Petra Weiss", None),
    ("Ana said she'd send the contract next week", False, "send the contract", "2026-03-29"),
    ("Ana owes me a lunch", False, "a lunch", None),
]


@pytest.mark.parametrize(("text", "by_me", "what", "due"), PROMISES)
def test_a_promise_is_kept_with_its_day(text: str, by_me: bool, what: str, due: str | None) -> None:
    (promise,) = entry(text).promises
    assert (promise.by_me, promise.who, promise.what) == (by_me, "Ana Beltran", what)
    assert (promise.due.day.isoformat() if promise.due else None) == due


def test_two_things_owed_are_two_promises() -> None:
    promises = entry("owe ana a beer and the link to that talk").promises
    assert [promise.what for promise in promises] == ["a beer", "the link to that talk"]


REMINDERS = [
    ("Remind me to call Ana on Friday", "2026-03-20", None, "call Ana"),
    ("remind me tomorrow at 9am to call Ana", "2026-03-19", time(9), "call Ana"),
    ("follow up with Ana in 3 weeks", "2026-04-08", None, "follow up with Ana"),
    ("Ping Ana next week", "2026-03-23", None, "Ping Ana"),
    ("meeting Ana tomorrow", "2026-03-19", None, "meeting Ana"),
    ("lunch with Ana next Tuesday at 12:30", "2026-03-24", time(12, 30), "lunch with Ana"),
    ("should call Ana", None, None, "call Ana"),
    ("call Ana tomorrow at 3pm", "2026-03-19", time(15), "call Ana"),
    ("Can you remind me to call Ana tomorrow?", "2026-03-19", None, "call Ana"),
]


@pytest.mark.parametrize(("text", "day", "clock", "task"), REMINDERS)
def test_what_has_not_happened_is_a_reminder(
    text: str, day: str | None, clock: time | None, task: str
) -> None:
    reminder = entry(text)
    assert reminder.intent is Intent.REMINDER
    assert (reminder.kind, reminder.date, reminder.task) == (None, None, task)
    assert names(reminder.people) == ["Ana Beltran"]
    follow_up = reminder.follow_up
    assert (follow_up.day.isoformat() if follow_up else None) == day
    assert (follow_up.time if follow_up else None) == clock


def test_a_follow_up_belongs_to_the_note_before_it() -> None:
    note = entry("Met Marta Silva yesterday. Remind me to send her the deck on Monday at 9am.")
    assert note.intent is Intent.NEW_CONTACT
    assert note.follow_up is not None
    assert (note.follow_up.day, note.follow_up.time) == (date(2026, 3, 23), time(9))
    assert note.task == "send her the deck"


@pytest.mark.parametrize(
    ("text", "topic", "kind", "said"),
    [
        ("Coffee with Ana, she's looking for a cofounder", "need", FactKind.NP, "a cofounder"),
        ("Ana is hiring two engineers", "need", FactKind.NP, "hiring two engineers"),
        (
            "Coffee with Ana. Wants a pilot by end of April",
            "need",
            FactKind.NP,
            "a pilot by end of April",
        ),
        ("Met Ana, into climbing", "interest", FactKind.NP, "climbing"),
        ("ana loves bouldering", "interest", FactKind.NP, "bouldering"),
        ("Ana is allergic to nuts", "note", FactKind.CLAUSE, "is allergic to nuts"),
        (
            "Coffee with Ana, her son just started uni",
            "note",
            FactKind.CLAUSE,
            "son just started uni",
        ),
    ],
)
def test_details_about_somebody_are_facts(text: str, topic: str, kind: FactKind, said: str) -> None:
    (fact,) = entry(text).facts
    assert (fact.who, fact.topic, fact.kind, fact.text) == ("Ana Beltran", topic, kind, said)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Ana got promoted to partner", "promotion"),
        ("Ana got a new job at Miro", "new_job"),
        ("Ana is now VP of Product at Notion", "new_job"),
        ("Ana joined Klarna", "new_job"),
        ("Ana had a baby", "baby"),
        ("Ana got married", "wedding"),
        ("Ana moved to Madrid", "moved"),
        ("Ana raised a seed round", "funding"),
        ("Ana lost her father", "bereavement"),
        ("Ana's dad passed away on sunday", "bereavement"),
        ("Ana got laid off from Booking", "left_job"),
        ("Ana won the Red Dot award", "award"),
    ],
)
def test_life_events_are_noticed(text: str, kind: str) -> None:
    event = entry(text)
    assert event.intent is Intent.LIFE_EVENT
    assert [(each.who, each.kind) for each in event.life_events] == [("Ana Beltran", kind)]


def test_a_new_job_brings_role_and_company() -> None:
    for text in (
        "Ana got a new job at Miro as head of design",
        "Ana is now head of design at Miro",
    ):
        assert (person(text).role, person(text).company) == ("head of design", "Miro")


@pytest.mark.parametrize(
    ("text", "birthday"),
    [
        ("Ana's birthday is 12 April", PartialDate(4, 12)),
        ("Ana's birthday is on April 12, 1988", PartialDate(4, 12, 1988)),
        ("Ana's bday is 29 Feb, she turns 38", PartialDate(2, 29)),
        ("ana birthday 12.4.", PartialDate(4, 12)),
    ],
)
def test_a_birthday_may_lack_its_year(text: str, birthday: PartialDate) -> None:
    assert person(text).birthday == birthday


def test_a_childs_birthday_is_not_the_contacts() -> None:
    assert person("Ana's son's birthday is 3 May").birthday is None


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Ana's email is ana@finch.io", "email", "ana@finch.io"),
        ("new number for Ana: +351 912 345 678", "phone", "+351912345678"),
        ("Ana's mobile 0170 5550143", "phone", "01705550143"),
        ("my telegram contact for Ana is @anabel", "telegram", "anabel"),
        ("Ana: linkedin.com/in/ana-beltran-4411", "linkedin", "ana-beltran-4411"),
        ("Ana's site https://ana.example/about", "url", "https://ana.example/about"),
    ],
)
def test_ways_to_reach_somebody_are_kept(text: str, kind: str, value: str) -> None:
    assert entry(text).intent is Intent.UPDATE
    (handle,) = person(text).handles
    assert (handle.kind, handle.value) == (kind, value)


@pytest.mark.parametrize(
    ("text", "to", "occasion", "about"),
    [
        ("Draft a thank-you to Ana for the intro", "Ana Beltran", "thank-you", "the intro"),
        ("write a follow-up to Marta Silva", "Marta Silva", "follow-up", None),
        ("can you write a congrats note for Ana", "Ana Beltran", "congratulation", None),
        ("draft a message to Ana about the offsite", "Ana Beltran", None, "the offsite"),
    ],
)
def test_a_draft_is_asked_for(text: str, to: str, occasion: str | None, about: str | None) -> None:
    asked = entry(text)
    assert asked.intent is Intent.DRAFT
    assert asked.draft is not None
    assert (asked.draft.to, asked.draft.occasion, asked.draft.about) == (to, occasion, about)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("who do I know at Stripe?", ("Stripe",)),
        ("when did I last talk to Ana?", ("Ana Beltran",)),
        ("find Ana", ("Ana Beltran",)),
        ("search climbing", ("climbing",)),
        ("who likes climbing in Berlin?", ("climbing", "Berlin")),
        ("what do I owe people?", ("do I owe people",)),
    ],
)
def test_a_question_has_its_terms(text: str, terms: tuple[str, ...]) -> None:
    assert entry(text).intent is Intent.QUERY
    assert entry(text).query == terms


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("no, it was Tuesday", "date", "2026-03-17"),
        ("actually her name is spelled Katarzyna", "name", "Katarzyna"),
        ("not Finch, Fitch. with a t", "company", "Fitch"),
        ("actually it was at Slush", "place", "Slush"),
        ("sry i meant Tom Brandt not okafor", "person", "Tom Brandt"),
    ],
)
def test_a_correction_names_the_field(text: str, field: str, value: str) -> None:
    asked = entry(text)
    assert asked.intent is Intent.CORRECTION
    assert asked.correction is not None
    assert (asked.correction.field, asked.correction.value) == (field, value)


NOISE = [
    "", " ", "\u200b", "ok", "👍", "😀" * 50, "lol thanks", "thank you so much!!!", "haha yes",
    "what can you do?", "how are you?", "who are you?", "What time is it?", "cancel that",
    "no", "no thanks", "Actually never mind", "Monday", "Anna", "Thanks Ana", "Good morning",
    "Happy birthday!", "I love pizza", "met my deadline", "Coffee with milk please", "Had lunch.",
    "had a call with the team", "lunch with my wife", "dinner with friends", "I had a great day",
    "The meeting was boring", "Berlin is nice", "Apple raised prices", "Friday is a holiday",
    "nice weather today", "Sounds good, see you Monday", "yes please send it", "I will be late",
    "My name is Julia", "Draft", "find", "/start", "delete Ana", "we need to talk about pricing",
    "<b>Met</b> {{ name }} & <script>", "Let's talk tomorrow", "Worked all day with Excel",
]  # fmt: skip


@pytest.mark.parametrize("text", NOISE)
def test_ordinary_talk_means_nothing_to_remember(text: str) -> None:
    assert reading(text) == Reading.nothing
    assert reading(text).intent is Intent.NONE


@pytest.mark.parametrize(
    "text", ["remind me about her in 2 weeks", "she's into climbing", "call him tomorrow"]
)
def test_a_pronoun_means_the_contact_last_shown(text: str) -> None:
    (only,) = read(text, context(shown=(4,))).entries
    assert names(only.people) == ["Lena Hoffmann"]
    (of_card,) = read(text, context(shown=(4, 5), card=6)).entries
    assert names(of_card.people) == ["Grace Kim"]


def test_a_pronoun_that_fits_two_names_nobody() -> None:
    assert read("she's into climbing", context(shown=(4, 5))) == Reading.nothing


def test_a_reply_to_a_card_is_about_its_contact() -> None:
    (only,) = read("CTO at Finch", context(card=1)).entries
    assert only.intent is Intent.UPDATE
    assert (only.people[0].contact_ids, only.people[0].role) == ((1,), "CTO")


def test_the_messages_own_time_decides_its_dates() -> None:
    late = WEDNESDAY - timedelta(days=30)
    (only,) = read("Met Ana yesterday", context(said_at=late)).entries
    assert only.date is not None
    assert only.date.day == date(2026, 2, 15)


def test_the_owners_zone_decides_the_day() -> None:
    evening = datetime(2026, 3, 18, 23, 30, tzinfo=BERLIN)
    utc = evening.astimezone(tz=None)
    (only,) = read("Met Ana today", context(said_at=utc)).entries
    assert only.date is not None
    assert only.date.day == date(2026, 3, 18)


def test_an_american_writes_the_month_first() -> None:
    (only,) = read("Met Ana on 3/4", context(locale="en-US")).entries
    assert only.date is not None
    assert only.date.day == date(2026, 3, 4)


def test_everyone_known_can_be_met_by_full_name() -> None:
    for number, name in enumerate(PEOPLE, start=1):
        assert person(f"Met {name} yesterday").contact_ids == (number,)
