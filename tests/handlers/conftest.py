"""A chat for every test, with somebody who has settled in and with somebody new."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from playground import Person
from tests.chat import Chat, chatting


@pytest.fixture
async def chat(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Chat]:
    """The chat of somebody in Berlin who has used Rapport before and knows nobody yet."""
    async with chatting(sqlite_url, monkeypatch) as chat:
        yield chat


@pytest.fixture
async def new_chat(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Chat]:
    """The chat of somebody who has never written to the bot."""
    async with chatting(sqlite_url, monkeypatch, is_new=True) as chat:
        yield chat


@pytest.fixture
def alex(chat: Chat) -> Person:
    """Whoever talks with the bot in `chat`."""
    return chat.person
