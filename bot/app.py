"""The composition root: every part made once, put together, started and stopped in order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from itertools import chain, repeat
from typing import Any
from urllib.parse import urlsplit

from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.access import house_of
from bot.answering import Answering, application
from bot.apart import Apart
from bot.backups import LOOK, DailyBackup
from bot.clock import now
from bot.delivery import Delivery, seconds_of
from bot.health import Health
from bot.intake import RENEWAL, Intake
from bot.lock import AlreadyRunningError, Presence, ProcessLock, in_use
from bot.pace import Pace
from bot.polling import ALLOWED_UPDATES, BACK_OFF, Poller, SecondPollerError
from bot.scheduler import HOUR, Scheduler, keep_house, plan_jobs
from bot.settings import Settings, SettingsError
from bot.transport import AiohttpRequest
from bot.vitals import Limits
from bot.watch import Lookout, Operators, Watch
from bot.webhook import Webhook
from handlers import routes, transfer
from handlers.context import Office
from rapport.contacts.rosters import Rosters
from rapport.templating import say
from storage.database import Database
from storage.errors import StorageUnavailable

log = logging.getLogger(__name__)

# SIGTERM to exit within 10 s: the updates under way get the most of it, then their replies.
FINISH_JOBS = 1.0
FINISH_UPDATES = 5.0
FINISH_REPLIES = 3.0


class Rapport:
    """A running Rapport."""

    def __init__(
        self,
        settings: Settings,
        token: str,
        api_url: str,
        database: Database,
        presence: Presence | None = None,
    ) -> None:
        self._settings = settings
        self._token = token
        self._database = database
        self._presence = presence or ProcessLock(database.url)
        self._failed: asyncio.Future[None] = asyncio.Future()
        self._base_url = f"{api_url}/bot{token}"
        self._request = AiohttpRequest(
            connection_pool_size=256, read_timeout=20.0, proxy=settings.proxy
        )
        self._application = application(token, api_url, self._request)
        self._delivery = Delivery(
            database,
            self._request,
            self._base_url,
            Pace(settings.send_per_second, settings.send_per_chat, settings.send_burst),
            now,
            is_alone=self._presence.is_alone,
            makers=transfer.makers(database),
        )
        house = house_of(settings)
        self._intake = Intake(
            Answering(self._application, database, self._delivery, Rosters(), house),
            Apart(self._delivery, token, api_url),
            database,
            self._delivery,
            int(token.partition(":")[0]),
            now,
            is_alone=self._presence.is_alone,
        )
        self._scheduler = Scheduler()
        self._due = routes.due(Office(database, self._delivery, now, settings.zone))
        limits = Limits.ticking(settings.tick_seconds)
        self._lookout = Lookout(
            database,
            int(token.partition(":")[0]),
            now,
            since_tick=lambda: self._scheduler.since(self._due),
            backups=settings.backup_directory if settings.backs_up_daily else None,
        )
        self._health = Health(self._lookout, limits)
        self._watch = Watch(
            self._lookout,
            limits,
            database,
            Operators(settings.operators, self._call),
            now,
            settings.alert_seconds,
        )

    async def run(self, stopped: asyncio.Event) -> None:
        """Serve until stopped; SettingsError where Telegram refuses the token."""
        async with self._answering_monitors(), self._in_touch(stopped):
            if stopped.is_set():
                return
            plan_jobs(
                self._scheduler,
                self._settings.tick_seconds,
                self._delivery,
                self._due,
                lambda: keep_house(self._database, now),
            )
            self._scheduler.every(RENEWAL, "intake", self._intake.tend)
            self._scheduler.every(RENEWAL, "presence", self._stay)
            self._scheduler.every(LOOK, "backup", DailyBackup(self._settings, now).look)
            self._scheduler.every(HOUR, "menus", self._show_menus)
            starting = asyncio.create_task(self._take_over())
            watching = asyncio.create_task(self._watch.run())
            try:
                await self._serve(stopped, starting)
            finally:
                await self._scheduler.stop(FINISH_JOBS)
                for task in (starting, watching):
                    task.cancel()
                await asyncio.gather(starting, watching, return_exceptions=True)
                await self._lookout.stop()
                await self._intake.stop(FINISH_UPDATES)
                await self._delivery.stop(FINISH_REPLIES)

    async def _take_over(self) -> None:
        """What an earlier process left comes first."""
        is_first = self._presence.is_first
        for pause in _back_off():
            try:
                await self._delivery.take_over(everything=is_first)
                break
            except StorageUnavailable as error:
                log.warning("the database is out of reach: %s", error)
                await asyncio.sleep(pause)
        self._scheduler.start()
        await self._intake.recover(everything=is_first)

    async def _stay(self) -> None:
        """Make sure of this process's place on the database."""
        try:
            await asyncio.to_thread(self._presence.renew)
        except AlreadyRunningError:
            if not self._failed.done():
                self._failed.set_exception(in_use(self._database.url))

    async def _revoked(self) -> None:
        await self._delivery.revoked.wait()
        raise _refused()

    async def _serve(self, stopped: asyncio.Event, starting: asyncio.Task[None]) -> None:
        """Take updates by webhook or by polling, what was left over before anything new."""
        serve = self._listen if self._settings.webhook_url else self._poll

        async def serve_after_start() -> None:
            await starting
            await serve()

        ends: set[asyncio.Future[Any]] = {
            asyncio.create_task(stopped.wait()),
            asyncio.create_task(serve_after_start()),
            asyncio.create_task(self._revoked()),
            self._failed,
        }
        try:
            done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            for end in done:
                end.result()
        finally:
            for end in ends:
                end.cancel()
            await asyncio.gather(*ends, return_exceptions=True)

    async def _poll(self) -> None:
        await self._patiently("deleteWebhook", {})
        poller = Poller(
            self._request,
            self._base_url,
            self._intake,
            self._settings.poll_seconds,
            on_first_poll=lambda: log.info("listening to Telegram by long polling"),
        )
        try:
            await poller.run()
        except SecondPollerError:
            raise SettingsError(
                "TELEGRAM_BOT_TOKEN is in use: another process takes this bot's updates; "
                "stop that one first"
            ) from None
        except InvalidToken:
            raise _refused() from None

    async def _listen(self) -> None:
        settings = self._settings
        assert settings.webhook_url is not None
        secret = settings.webhook_password(self._token)
        webhook = Webhook(self._intake, urlsplit(settings.webhook_url).path or "/", secret)
        host, port = settings.listen
        try:
            await webhook.start(host, port)
        except OSError as error:
            raise SettingsError(
                f"RAPPORT_WEBHOOK_LISTEN cannot be listened to: {host}:{port}: {error.strerror}"
            ) from None
        try:
            await self._patiently(
                "setWebhook",
                {
                    "url": settings.webhook_url,
                    "secret_token": secret,
                    "allowed_updates": list(ALLOWED_UPDATES),
                    "max_connections": 100,
                },
            )
            log.info("listening to Telegram by webhook")
            await asyncio.Event().wait()
        finally:
            await webhook.stop()

    @contextlib.asynccontextmanager
    async def _in_touch(self, stopped: asyncio.Event) -> AsyncIterator[None]:
        """Telegram reached and the commands' menu up to date, whatever time that takes."""
        await self._request.initialize()
        getting_ready = asyncio.create_task(self._get_ready())
        waiting = asyncio.create_task(stopped.wait())
        try:
            await asyncio.wait({getting_ready, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if getting_ready.done():
                await getting_ready
            yield
        finally:
            for task in (getting_ready, waiting):
                task.cancel()
            await asyncio.gather(getting_ready, waiting, return_exceptions=True)
            await self._application.shutdown()
            await self._request.shutdown()

    async def _get_ready(self) -> None:
        for pause in _back_off():
            try:
                await self._application.initialize()
            except InvalidToken:
                raise _refused() from None
            except TelegramError as error:
                await _wait_for_telegram(error, pause)
            else:
                break
        await self._show_menus()
        if self._settings.is_playground:
            # At Telegram the operator gives the bot its name and description, with BotFather.
            for method, key in (("setMyName", "name"), ("setMyDescription", "description")):
                self._delivery.transient(method, {key: say("start", f"bot_{key}")})

    async def _show_menus(self) -> None:
        """The commands' menu for everybody, and for the operators theirs. Telegram takes theirs
        once they have written to the bot, which may be long after the start."""
        self._delivery.transient("setMyCommands", {"commands": routes.menu()})
        for operator in self._settings.operators:
            scope = {"type": "chat", "chat_id": operator}
            self._delivery.transient(
                "setMyCommands", {"commands": routes.operators_menu(), "scope": scope}
            )

    @contextlib.asynccontextmanager
    async def _answering_monitors(self) -> AsyncIterator[None]:
        """/health, if it is wanted: from the first moment on, whether or not Telegram answers."""
        place = self._settings.health_place
        if place is None:
            yield
            return
        try:
            await self._health.start(*place)
        except OSError as error:
            raise SettingsError(
                f"RAPPORT_HEALTH_LISTEN cannot be listened to: {place[0]}:{place[1]}: "
                f"{error.strerror}"
            ) from None
        try:
            yield
        finally:
            await self._health.stop()

    async def _call(self, method: str, parameters: Mapping[str, Any]) -> Any:
        return await self._request.call(f"{self._base_url}/{method}", parameters)

    async def _patiently(self, method: str, parameters: dict[str, Any]) -> None:
        for pause in _back_off():
            try:
                await self._call(method, parameters)
            except InvalidToken:
                raise _refused() from None
            except TelegramError as error:
                await _wait_for_telegram(error, pause)
            else:
                return


def _back_off() -> Iterator[float]:
    return chain(BACK_OFF, repeat(BACK_OFF[-1]))


async def _wait_for_telegram(error: TelegramError, pause: float) -> None:
    if isinstance(error, RetryAfter):
        pause = max(pause, seconds_of(error))
    log.warning("Telegram cannot be reached (%s); trying again in %.0f s", error.message, pause)
    await asyncio.sleep(pause)


def _refused() -> SettingsError:
    return SettingsError("TELEGRAM_BOT_TOKEN is refused by Telegram: it was revoked or mistyped")
