"""The schema on one page: what Rapport remembers, every row of it belonging to one owner.

Keys are (owner_id, id), ids from a counter in the owner's row, and references between rows
carry owner_id too, so that no row can point into another owner's records. Only the intake, the
invites, the blocked and the alerts stand outside: they hold what has no owner.

On PostgreSQL row-level security is the second wall: a unit that acts for an owner sees that owner's
rows alone, and one that acts for nobody, the house's, only what HOUSE names.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from storage.columns import Choice, Instant, PartialDateText
from storage.types import LONGEST_NAME, Circle, FactKind, Status

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def _owned(name: str, *parts: Any) -> Table:
    """A table whose rows belong to one owner and are keyed (owner_id, id)."""
    return Table(
        name,
        metadata,
        Column("owner_id", BigInteger, ForeignKey("owners.id", ondelete="CASCADE"), nullable=False),
        Column("id", BigInteger, nullable=False),
        *parts,
        PrimaryKeyConstraint("owner_id", "id"),
    )


def _short(name: str, longest: int, *, nullable: bool) -> Column[str]:
    """Words of which no more than so many letters are kept: every roster holds them, or an index
    of PostgreSQL's, which takes 2,704 bytes."""
    return Column(name, Text, nullable=nullable, info={"longest": longest})


def _belongs(column: str, parent: str) -> ForeignKeyConstraint:
    """A reference to a row of the same owner, gone when that row goes."""
    return ForeignKeyConstraint(
        ["owner_id", column], [f"{parent}.owner_id", f"{parent}.id"], ondelete="CASCADE"
    )


owners = Table(
    "owners",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # Telegram's user id
    Column("name", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("zone", String(64)),  # null until the owner has said where they are
    Column("digest_at", String(5), nullable=False),  # local HH:MM
    Column("digest_due", Instant),  # the next digest's instant; null: none is due
    Column("digest_day", Date),  # the local day of the last digest
    Column("preferences", Json, nullable=False),
    Column("last_id", BigInteger, nullable=False),  # the counter behind every id of this owner
    Column("roster_stamp", BigInteger, nullable=False),  # moves when a contact's name or place does
    Column("roster_reset", BigInteger, nullable=False),  # the stamp at which contacts last went
    Column("shown", Json, nullable=False),  # ids of the contacts last shown: "her", "him"
    Column("invited", Boolean, nullable=False),  # let in by an invite code
    Column("unreachable_since", Instant),
    Column("blocked_at", Instant),  # turned away by the operator; null: not
    Column("created_at", Instant, nullable=False),
    Index(None, "digest_due"),
)

contacts = _owned(
    "contacts",
    _short("name", LONGEST_NAME, nullable=False),
    _short("role", 200, nullable=True),
    _short("company", 200, nullable=True),
    Column("status", Choice(Status), nullable=False),
    Column("circle", Choice(Circle)),
    Column("cadence_days", Integer),
    Column("tracked_since", Date),
    Column("birthday", PartialDateText),
    Column("how_met", Text),
    Column("met_on", Date),
    Column("met_at", Text),  # the event or place
    Column("note", Text),
    Column("last_touch", Date),  # derived: the newest touch among the interactions
    Column("snoozed_until", Date),
    Column("last_nudged", Date),
    Column("stamp", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index(None, "owner_id", "stamp"),
    Index(None, "owner_id", "tracked_since"),
)

names = _owned(
    "names",
    Column("contact_id", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),  # nickname, former, other script
    _short("name", LONGEST_NAME, nullable=False),
    _belongs("contact_id", "contacts"),
    Index(None, "owner_id", "contact_id"),
)

handles = _owned(
    "handles",
    Column("contact_id", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),  # email, phone, telegram, linkedin, url
    _short("value", 500, nullable=False),
    _belongs("contact_id", "contacts"),
    UniqueConstraint("owner_id", "contact_id", "kind", "value"),
)

tags = _owned(
    "tags",
    Column("contact_id", BigInteger, nullable=False),
    _short("tag", 60, nullable=False),
    _belongs("contact_id", "contacts"),
    UniqueConstraint("owner_id", "contact_id", "tag"),
)

events = _owned(
    "events",
    _short("name", LONGEST_NAME, nullable=False),
    Column("place", Text),
    Column("starts_on", Date),
    Column("ends_on", Date),
    UniqueConstraint("owner_id", "name", "starts_on"),
)

interactions = _owned(
    "interactions",
    Column("kind", String(24), nullable=False),
    Column("happened_on", Date, nullable=False),
    Column("place", Text),
    Column("event_id", BigInteger),
    Column("topics", Text),
    Column("note", Text),
    Column("is_touch", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    ForeignKeyConstraint(["owner_id", "event_id"], ["events.owner_id", "events.id"]),
    Index(None, "owner_id", "happened_on"),
)

interaction_contacts = Table(
    "interaction_contacts",
    metadata,
    Column("owner_id", BigInteger, nullable=False),
    Column("interaction_id", BigInteger, nullable=False),
    Column("contact_id", BigInteger, nullable=False),
    PrimaryKeyConstraint("owner_id", "contact_id", "interaction_id"),
    _belongs("interaction_id", "interactions"),
    _belongs("contact_id", "contacts"),
    Index(None, "owner_id", "interaction_id"),
)

facts = _owned(
    "facts",
    Column("contact_id", BigInteger, nullable=False),
    Column("interaction_id", BigInteger),
    Column("kind", Choice(FactKind), nullable=False),
    Column("label", String(16), nullable=False),  # topic, interest, need, offer, family, plan, …
    Column("text", Text, nullable=False),
    Column("is_private", Boolean, nullable=False),
    Column("learned_on", Date, nullable=False),
    _belongs("contact_id", "contacts"),
    _belongs("interaction_id", "interactions"),
    Index(None, "owner_id", "contact_id"),
)

promises = _owned(
    "promises",
    Column("contact_id", BigInteger, nullable=False),
    Column("interaction_id", BigInteger),
    Column("by_me", Boolean, nullable=False),
    Column("what", Text, nullable=False),
    Column("due_on", Date),
    Column("state", String(8), nullable=False),  # open, done, dropped
    Column("settled_on", Date),
    Column("made_on", Date, nullable=False),
    _belongs("contact_id", "contacts"),
    _belongs("interaction_id", "interactions"),
    Index(None, "owner_id", "state", "due_on"),
    Index(None, "owner_id", "contact_id"),
)

reminders = _owned(
    "reminders",
    Column("contact_id", BigInteger),
    Column("what", Text),
    Column("due_on", Date, nullable=False),  # the owner's local day: it rides in that digest
    Column("due_at", Instant),  # set only when the owner named a clock time: when it rings
    Column("named_at", Instant),  # the time they named, where it rings later than that
    Column("state", String(8), nullable=False),  # open, done, dropped
    Column("created_at", Instant, nullable=False),
    _belongs("contact_id", "contacts"),
    Index(None, "owner_id", "state", "due_on"),
    Index(
        "ix_reminders_clock",
        "due_at",
        sqlite_where=text("due_at IS NOT NULL AND state = 'open'"),
        postgresql_where=text("due_at IS NOT NULL AND state = 'open'"),
    ),
)

life_events = _owned(
    "life_events",
    Column("contact_id", BigInteger, nullable=False),
    Column("kind", String(24), nullable=False),
    Column("happened_on", Date, nullable=False),
    Column("note", Text),
    _belongs("contact_id", "contacts"),
    Index(None, "owner_id", "contact_id"),
)

nudges = _owned(
    "nudges",
    Column("contact_id", BigInteger, nullable=False),
    Column("day", Date, nullable=False),  # the owner's local day
    Column("position", SmallInteger, nullable=False),
    Column("reasons", Json, nullable=False),
    Column("state", String(8), nullable=False),  # open, done, snoozed, skipped
    _belongs("contact_id", "contacts"),
    UniqueConstraint("owner_id", "contact_id", "day"),
    Index(None, "owner_id", "day"),
)

drafts = _owned(
    "drafts",
    Column("contact_id", BigInteger, nullable=False),
    Column("occasion", String(24), nullable=False),
    Column("tone", String(16), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("language", String(8), nullable=False),
    Column("number", Integer, nullable=False),  # 0 the first version, 1 the next, …
    Column("subject", Text),
    Column("text", Text, nullable=False),
    Column("sentences", Json, nullable=False),  # hashes, so that no sentence is sent twice
    Column("about", Json, nullable=False),  # what it answers: nudge, promise, interaction
    Column("state", String(8), nullable=False),  # offered, sent
    Column("sent_on", Date),
    Column("created_at", Instant, nullable=False),
    _belongs("contact_id", "contacts"),
    Index(None, "owner_id", "contact_id"),
)

dialogues = Table(
    "dialogues",
    metadata,
    Column("owner_id", BigInteger, ForeignKey("owners.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(24), nullable=False),
    Column("step", String(24), nullable=False),
    Column("answers", Json, nullable=False),
    Column("expires_at", Instant, nullable=False),
    PrimaryKeyConstraint("owner_id"),  # one open dialogue a chat
)

captures = _owned(
    "captures",
    Column("message_id", BigInteger, nullable=False),  # the owner's message in the private chat
    Column("card_id", BigInteger),  # the letter in the outbox that shows it
    Column("said_at", Instant, nullable=False),
    Column("contacts", Json, nullable=False),  # ids the card is about
    Column("changes", Json, nullable=False),  # the journal that undo reads backwards
    Column("state", String(8), nullable=False),  # asked, answered, kept, undone
    Column("text", Text),  # the message, only while it waits for an answer about whom it means
    Column("choices", Json, nullable=False),  # the answers so far, by name
    Index(None, "owner_id", "message_id"),
    Index(None, "owner_id", "card_id"),
)

attachments = _owned(
    "attachments",
    Column("contact_id", BigInteger),  # null until the owner has said whose it is
    Column("kind", String(16), nullable=False),  # voice, photo, document, …
    Column("file_id", Text, nullable=False),
    Column("file_name", Text),
    Column("caption", Text),
    Column("message_id", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    _belongs("contact_id", "contacts"),
)

invites = Table(
    "invites",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of the code; the code is never kept
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_by", BigInteger),
)

blocked = Table(  # who is turned away and keeps nothing here; an owner's own row says it of them
    "blocked",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # Telegram's user id
    Column("blocked_at", Instant, nullable=False),
)

alerts = Table(  # what the operator was told is wrong, and still is
    "alerts",
    metadata,
    Column("kind", String(24), primary_key=True),
    Column("since", Instant, nullable=False),
    Column("told_at", Instant),
)

intake = Table(
    "intake",
    metadata,
    Column("bot_id", BigInteger, nullable=False),
    Column("update_id", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),  # the lane, in order; of a dead one its sender
    Column("received_at", Instant, nullable=False),
    Column("raw", Text),  # emptied when done
    Column("state", String(4), nullable=False),  # new, done, dead
    Column("attempts", SmallInteger, nullable=False),
    Column("token", String(32), nullable=False),  # whose work it is
    Column("lease_until", Instant, nullable=False),
    Column("error", Text),
    PrimaryKeyConstraint("bot_id", "update_id"),
    CheckConstraint("state IN ('new', 'done', 'dead')", name="state"),
    Index(
        "ix_intake_waiting",
        "bot_id",
        "update_id",
        sqlite_where=text("state = 'new'"),
        postgresql_where=text("state = 'new'"),
    ),
    Index("ix_intake_received_at", "received_at"),
)

outbox = _owned(
    "outbox",
    Column("chat_id", BigInteger, nullable=False),
    Column("method", String(32), nullable=False),
    Column("body", Json),  # the call's parameters; emptied once sent
    Column("about", Json),  # what a reply to the message would be about
    Column("state", String(8), nullable=False),  # pending, sending, sent, dead
    Column("token", String(32)),
    Column("lease_until", Instant),
    Column("not_before", Instant, nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    Column("may_repeat", Boolean, nullable=False),  # a send was in flight when its sender died
    Column("night_zone", String(64)),  # not asked for: it leaves the nights in this zone in peace
    Column("message_id", BigInteger),
    Column("error", Text),
    CheckConstraint("state IN ('pending', 'sending', 'sent', 'dead')", name="state"),
    Index(
        "ix_outbox_waiting",
        "not_before",
        sqlite_where=text("state IN ('pending', 'sending')"),
        postgresql_where=text("state IN ('pending', 'sending')"),
    ),
    Index(
        "ix_outbox_unsettled",
        "owner_id",
        "id",
        sqlite_where=text("state IN ('pending', 'sending')"),
        postgresql_where=text("state IN ('pending', 'sending')"),
    ),
    Index("ix_outbox_message", "owner_id", "message_id"),
)

# The owners' tables that work for everybody at once may use: what is due, what waits, and who is
# turned away.
HOUSE = frozenset({owners, outbox, reminders, blocked})
