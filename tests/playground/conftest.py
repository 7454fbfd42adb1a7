"""A town for every test, a real client of the Bot API in it, and a person to talk with."""

import os
from collections.abc import AsyncIterator

import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from playground import Person, Playground

# As the Makefile has it, for whoever runs pytest without make.
os.environ.setdefault("PTB_TIMEDELTA", "1")


@pytest.fixture
async def town() -> AsyncIterator[Playground]:
    async with Playground(webhook_retry=0.02) as town:
        yield town


@pytest.fixture
async def bot(town: Playground) -> AsyncIterator[Bot]:
    async with client(town, town.token) as bot:
        yield bot


@pytest.fixture
async def alex(town: Playground) -> AsyncIterator[Person]:
    async with await town.person() as alex:
        yield alex


def client(town: Playground, token: str) -> Bot:
    """python-telegram-bot's own client, pointed at the town."""
    return Bot(
        token,
        base_url=f"{town.url}/bot",
        base_file_url=f"{town.url}/file/bot",
        request=_requests(),
        get_updates_request=_requests(),
    )


def _requests() -> HTTPXRequest:
    # Nothing is encrypted here, and loading the certificates takes longer than most tests.
    return HTTPXRequest(
        connection_pool_size=16, read_timeout=5, pool_timeout=5, httpx_kwargs={"verify": False}
    )
