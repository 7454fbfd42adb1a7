"""An installed Chromium for tests, and a page in it that may speak to this machine alone."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, ConsoleMessage, Error, Page, Request, async_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_ADVICE = "no Chromium here: apt install chromium, or name one in CHROMIUM"
_FLAGS = [
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A microphone that hums, so that recording can be tried.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


def chromium_path() -> str:
    """The browser's executable.

    Without one the test is skipped: Rapport does without a browser, and PyPI has none. Where one is
    required, as continuous integration does, it fails.
    """
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if found:
        return found
    if os.environ.get("RAPPORT_REQUIRE_BROWSER") == "1":
        pytest.fail(_ADVICE)
    pytest.skip(_ADVICE)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A running browser."""
    # Chromium's sandbox cannot be had by root, as whom containers often run.
    flags = [*_FLAGS, "--no-sandbox"] if os.geteuid() == 0 else _FLAGS
    path = chromium_path()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=flags)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def watched_page(browser: Browser, **options: Any) -> AsyncIterator[Page]:
    """A page in a profile of its own; errors, and asking another machine, fail the test."""
    wrong: list[str] = []

    def on_request(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob"} and address.hostname != "127.0.0.1":
            wrong.append(f"asked another machine: {request.url}")

    def on_console(message: ConsoleMessage) -> None:
        # The browser logs what the server refused or did not answer; the page is there to say it.
        refused = "Failed to load" in message.text and "/play/" in message.location["url"]
        if message.type == "error" and not refused and "net::ERR" not in message.text:
            wrong.append(f"console: {message.text} at {message.location}")

    def on_error(error: Error) -> None:
        wrong.append(f"uncaught: {error}")

    context = await browser.new_context(**options)
    context.on("request", on_request)
    context.on("console", on_console)
    context.on("weberror", lambda failure: on_error(failure.error))
    context.set_default_timeout(8_000)
    try:
        yield await context.new_page()
    finally:
        await context.close()
    assert not wrong, wrong
