"""Notes as people type them in passing: each keeps what it says, of whom it says it."""

import pytest

from rapport.capture.asides import Talk, is_no_answer, small_talk, whom_to_forget
from rapport.capture.details import Met, met_in
from rapport.capture.guided import Said
from rapport.capture.reading import Entry, Intent, Kind, Reading
from rapport.capture.roster import Known, Roster
from rapport.capture.understand import read
from storage.types import PartialDate
from tests.rapport.capture.builders import BERLIN, WEDNESDAY, context, reading

ANA = "Ana Beltran"


def entry(text: str) -> Entry:
    """The first entry of a text."""
    return reading(text).entries[0]


PROMISED = [
    (
        "Coffee with Ana today, she'll intro me to Grace",
        False,
        "intro me to Grace",
        "after a comma",
    ),
    ("Spoke to Ana, she will revert by Monday", False, "revert", "answers are owed too"),
    ("I owe Ana £20", True, "£20", "money keeps its sign"),
    ("Ms. Beltran promised to share the dataset", False, "share the dataset", "by a family name"),
]


@pytest.mark.parametrize(("text", "by_me", "what", "why"), PROMISED)
def test_what_is_owed(text: str, by_me: bool, what: str, why: str) -> None:
    (promise,) = entry(text).promises
    assert (promise.who, promise.by_me, promise.what) == (ANA, by_me, what), why


KEPT = [
    ("note for Ana: no nuts", "no nuts", "a note by name"),
    ("Ana: no nuts", "no nuts", "a name and a colon"),
    ("ana = vegetarian", "vegetarian", "a name and an equals sign"),
    ("lent Ana my drill", "lent Ana my drill", "what was lent"),
    ("gave the keys to Ana", "gave the keys to Ana", "what was given"),
    ("Ana loves sailing and has two kids", "has two kids", "the second half"),
]


@pytest.mark.parametrize(("text", "kept", "why"), KEPT)
def test_what_is_kept_of_somebody(text: str, kept: str, why: str) -> None:
    told = entry(text)
    assert kept in [fact.text for fact in told.facts], why
    assert [one.name for one in told.people] == [ANA], why


DELIVERED = [
    ("sent Ana the deck", Kind.MESSAGE, "the person first"),
    ("I sent the deck to Ana", Kind.MESSAGE, "the thing first"),
    ("emailed the deck to Ana", Kind.EMAIL, "by e-mail"),
    ("had chai with Ana", Kind.COFFEE, "tea by another name"),
    ("had a word with Ana re: the venue", Kind.MET, "a word"),
    ("Ana sent me a paper", Kind.MESSAGE, "the other way round"),
]


@pytest.mark.parametrize(("text", "kind", "why"), DELIVERED)
def test_what_was_done_for_somebody(text: str, kind: Kind, why: str) -> None:
    told = entry(text)
    assert (told.kind, [one.name for one in told.people]) == (kind, [ANA]), why


@pytest.mark.parametrize(
    "text",
    [
        "sent the invoice to accounting",
        "spoke to the venue",
        "had lunch with the whole team",
        "Ben Carter interviewed at Stripe today",
    ],
)
def test_nobody_is_made_up(text: str) -> None:
    assert reading(text) is Reading.nothing


def test_news_are_about_whom_they_name() -> None:
    told = entry("Ana replied: Raj got the job!")
    assert [(event.who, event.kind) for event in told.life_events] == [("Raj Malhotra", "new_job")]


DEATHS = [
    ("Ana died", "death"),
    ("Ana passed away", "death"),
    ("Ana's mother passed away", "bereavement"),
    ("Ana lost her father", "bereavement"),
]


@pytest.mark.parametrize(("text", "kind"), DEATHS)
def test_whose_death_it_was(text: str, kind: str) -> None:
    assert [(event.who, event.kind) for event in entry(text).life_events] == [(ANA, kind)]


def test_a_birthday_may_be_announced() -> None:
    (ana,) = entry("It's Ana's birthday tomorrow").people
    assert (ana.name, ana.birthday) == (ANA, PartialDate(3, 19))


def test_a_colleague_was_there_too() -> None:
    told = entry("Met Sana and her colleague Imran from Swiggy at Slush")
    assert [(one.name, one.company) for one in told.people] == [("Sana", None), ("Imran", "Swiggy")]


def test_a_deadline_is_not_when_it_was() -> None:
    told = entry("Call from Ana: wants a quote by Friday")
    assert (told.kind, told.date, told.topics) == (Kind.CALL, None, ())
    assert [fact.topic for fact in told.facts] == ["need"]


def test_what_somebody_is_called_is_no_call() -> None:
    told = entry("Ana's husband is called Rob")
    assert (told.kind, [fact.text for fact in told.facts]) == (None, ["husband is called Rob"])


def test_a_task_without_a_name_is_nobodys() -> None:
    told = entry("kindly remind me to buy milk")
    assert (told.intent, told.task, told.people) == (Intent.REMINDER, "buy milk", ())


def test_a_topic_is_told_without_its_verb() -> None:
    assert entry("Zoom with Ana: discussed ablations").topics == ("ablations",)


ROLES = [
    ("no, Ana is COO", ANA, "COO", None),
    ("Ana is now at ETH", ANA, None, "ETH"),
    ("Ana is at ETH now", ANA, None, "ETH"),
    ("ana = CTO at Finch", ANA, "CTO", "Finch"),
    ("Ana: CTO at Finch", ANA, "CTO", "Finch"),
    ("bumped into my old boss Tom Reyes, he's at Finch now", "Tom Reyes", None, "Finch"),
]


@pytest.mark.parametrize(("text", "name", "role", "company"), ROLES)
def test_what_somebody_does_now(
    text: str, name: str, role: str | None, company: str | None
) -> None:
    (person,) = entry(text).people
    assert (person.name, person.role, person.company) == (name, role, company)


WISHES = [
    ("write Ana a congratulation", "congratulation", None),
    ("write Ana a quick thank-you for dinner", "thank-you", "dinner"),
    ("draft intro between Ana and Raj", None, None),
    ("draft Ana about the deck", None, "the deck"),
    ("draft happy birthday to Ana", "birthday", None),
    ("draft Ana a follow up", "follow-up", None),
    ("draft Ana a follow up, short and formal", "follow-up", None),
    ("write Ana a follow up about the deck", "follow-up", "the deck"),
]


@pytest.mark.parametrize(("text", "occasion", "about"), WISHES)
def test_the_occasion_may_follow_the_name(
    text: str, occasion: str | None, about: str | None
) -> None:
    wish = entry(text).draft
    assert wish is not None
    assert (wish.to, wish.occasion, wish.about) == (ANA, occasion, about)


def test_debts_are_asked_of_somebody_or_of_all() -> None:
    of_one, of_all = entry("what do I owe Ana?"), entry("what do I owe people?")
    assert of_one.about_promises
    assert of_one.query == (ANA,)
    assert of_all.about_promises
    assert not of_all.people


@pytest.mark.parametrize("words", ["met her at Config", "we met at Config", "at Config", "Config"])
def test_where_one_met_is_told_with_or_without_the_verb(words: str) -> None:
    assert met_in(words, Said(WEDNESDAY, BERLIN)) == Met(place="Config")


TALK = [
    ("Thanks!!", Talk.THANKS),
    ("thanks mate", Talk.THANKS),
    ("good morning", Talk.GREETING),
    ("what can you do?", Talk.HELP),
    ("Never mind.", Talk.CANCEL),
    ("undo", Talk.UNDO),
    ("export my data", Talk.EXPORT),
    ("Erase everything!", Talk.ERASE),
    ("forget me", Talk.ERASE),
    ("Please export everything", Talk.EXPORT),
    ("export all, please", Talk.EXPORT),
    ("forget it", Talk.CANCEL),
    ("thanks to Raj I met Ana", None),
    ("🎉", None),
]


@pytest.mark.parametrize(("words", "talk"), TALK)
def test_small_talk_is_told_from_notes(words: str, talk: Talk | None) -> None:
    assert small_talk(words) is talk


FORGETTING = [
    ("forget Anna", "Anna"),
    ("Please forget about Anna Kovač.", "Anna Kovač"),
    ("Forget everything about Anna", "Anna"),
    ("delete Anna Kovač", "Anna Kovač"),
    ("forget", None),
    ("please", None),
    ("don't forget Anna", None),
    ("Anna will never forget", None),
]


@pytest.mark.parametrize(("words", "name"), FORGETTING)
def test_whom_to_forget_can_be_said(words: str, name: str | None) -> None:
    assert whom_to_forget(words) == name


@pytest.mark.parametrize(("words", "is_none"), [("idk", True), ("Nothing.", True), ("thx", False)])
def test_no_answer_is_an_answer(words: str, is_none: bool) -> None:
    assert is_no_answer(words) is is_none


@pytest.mark.parametrize(
    "text",
    [
        "Ana and Omar met at my party on friday",
        "Ana met Omar at Slush",
        "Ana emailed Omar about the lease",
        "Ana ran into Omar",
    ],
)
def test_what_others_did_together_is_no_touch(text: str) -> None:
    (told,) = reading(text).entries
    assert (told.kind, told.intent) == (None, Intent.UPDATE)
    assert [(fact.who, fact.text) for fact in told.facts] == [(ANA, text), ("Omar Haddad", text)]


def test_a_number_given_on_is_noted_of_who_got_it() -> None:
    told = entry("gave Ana's number to Omar")
    assert [(fact.who, fact.text) for fact in told.facts] == [
        ("Omar Haddad", "gave Ana's number to Omar")
    ]
    assert [one.name for one in told.mentions] == [ANA]


def test_a_family_is_everybody_known_of_it() -> None:
    family = Roster.of([Known(1, "Lena Hoffmann"), Known(2, "Max Hoffmann"), Known(3, "Ana Bell")])
    (told,) = read("dinner with the Hoffmanns", context(roster=family)).entries
    assert [one.name for one in told.people] == ["Lena Hoffmann", "Max Hoffmann"]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("Ana moved to Lisbon last week", "Lisbon"),
        ("Ana is relocating to Lisbon", "Lisbon"),
        ("Ana moved", None),
    ],
)
def test_where_somebody_moved_is_kept(text: str, note: str | None) -> None:
    events = [event for told in reading(text).entries for event in told.life_events]
    assert [event.note for event in events] == ([note] if note else [])


@pytest.mark.parametrize(
    "text", ["Ana", "Ana and Omar", "Ana yesterday", "add Ana", "Omar at Slush"]
)
def test_a_name_alone_is_nothing_to_keep(text: str) -> None:
    assert reading(text) is Reading.nothing
