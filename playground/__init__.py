"""A local Telegram: a Bot API server, test users, and a chat page in the browser."""

from playground.faults import Fault, Kind
from playground.person import Heard, Person
from playground.server import Playground
from playground.world import DEFAULT_TOKEN

__all__ = ["DEFAULT_TOKEN", "Fault", "Heard", "Kind", "Person", "Playground"]
