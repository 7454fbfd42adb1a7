"""The picture in the README, taken of the real page and the real bot.

python -m tests.pictures      writes docs/images/chat.png
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from aiohttp import ClientSession
from playwright.async_api import Page, expect

from bot.demo import fill
from bot.settings import load_settings
from playground import Person
from storage.schema import migrate
from tests.browser import chromium, watched_page
from tests.chat import ZONE, Chat, chatting

PICTURE = Path(__file__).parent.parent / "docs" / "images" / "chat.png"
SIZE = {"width": 1320, "height": 800}
EARLY = datetime(2026, 3, 18, 6, 0, tzinfo=ZONE)
DIGEST = datetime(2026, 3, 18, 8, 30, tzinfo=ZONE)
AFTER = datetime(2026, 3, 18, 8, 42, tzinfo=ZONE)

NOTE = (
    "Met Anna Kovač, CTO at Brightlane, at PyData Berlin last night. Talked vector DBs. "
    "Promised to send our benchmark by Friday."
)


async def take(path: Path) -> None:
    """Write the picture."""
    with TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch:
        address = f"sqlite:///{Path(home, 'rapport.sqlite')}"
        migrate(address)
        async with chatting(address, patch) as chat, await chat.town.person("Mira") as mira:
            await converse(chat, mira)
            await photograph(chat, path)


async def converse(chat: Chat, mira: Person) -> None:
    """Alex, who knows many, gets the morning's digest; Mira takes down whom she met."""
    await name_the_bot(chat)
    alex = chat.person
    chat.move_to(EARLY)
    settings = load_settings(_env_file=None, zone=ZONE.key)
    await chat.database.run(lambda unit: fill(unit, settings, EARLY))
    chat.move_to(DIGEST)
    digest = await alex.expect("Today")
    await alex.tap(digest.buttons[0])
    await alex.expect_edit("Today")
    chat.move_to(AFTER)
    await replace(chat, person=mira).settle_in()
    await mira.say(NOTE)
    await mira.expect("Anna Kovač")
    await mira.tap("Draft follow-up")
    await mira.expect("Hi Anna")


async def name_the_bot(chat: Chat) -> None:
    """Give it its name, as BotFather does."""
    method = f"{chat.town.url}/bot{chat.town.token}/setMyName"
    async with ClientSession() as session, session.post(method, json={"name": "Rapport"}) as answer:
        answer.raise_for_status()


async def photograph(chat: Chat, path: Path) -> None:
    """Both chats side by side, as the page shows them."""
    options = {"viewport": SIZE, "locale": "en-GB", "timezone_id": ZONE.key}
    async with chromium() as browser, watched_page(browser, **options) as page:
        await page.goto(chat.town.url)
        await open_beside(page, "Mira", "Alex")
        await page.locator("main").screenshot(path=path)


async def open_beside(page: Page, left: str, right: str) -> None:
    """Choose one chat, then another beside it."""
    people = page.get_by_role("navigation", name="Test users")
    await people.get_by_text(left, exact=True).click()
    await people.get_by_text(right, exact=True).hover()
    await people.get_by_role("button", name=f"Show {right} beside").click()
    await expect(page.locator(".message")).not_to_have_count(0)


def main() -> None:
    """Take the picture into docs/images/."""
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(PICTURE))


if __name__ == "__main__":
    main()
