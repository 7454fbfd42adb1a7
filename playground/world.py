"""The world of the playground: its people, bots and files, its time, and what goes wrong in it."""

import re

from playground.bots import Bot
from playground.clock import Clock
from playground.faults import FaultPlan
from playground.files import Files
from playground.limits import Limits
from playground.people import People
from playground.refusals import Refusal

# For a bot that needs a token and talks to nobody but the playground.
DEFAULT_TOKEN = "7000000001:PLAYGROUND-needs-no-secret-between-us"  # noqa: S105
_TOKEN = re.compile(r"[1-9]\d{0,15}:[A-Za-z0-9_-]{2,78}")


class World:
    """Everything there is, and where it is found."""

    def __init__(self, token: str = "", *, webhook_retry: float = 1.0) -> None:
        self.clock = Clock()
        self.people = People()
        self.faults = FaultPlan()
        self.limits = Limits()
        self.files = Files()
        # Seconds, doubled with every failure of a webhook after the second attempt.
        self.webhook_retry = webhook_retry
        self.bots: dict[str, Bot] = {}
        self._spoken_about = token
        if token:
            self.bot(token)

    def reset(self) -> None:
        """Back to one person and nothing said. Bots keep who they are and their webhooks."""
        self.clock.offset = 0.0
        self.people.begin()
        self.faults.clear()
        self.limits = Limits()
        self.files = Files()
        for bot in self.bots.values():
            bot.forget()

    def bot(self, token: str) -> Bot:
        """The bot of a token: any that is well formed is a bot of its own."""
        if token not in self.bots:
            if not _TOKEN.fullmatch(token):
                raise Refusal(401, "Unauthorized: invalid token specified")
            self.bots[token] = Bot(token, self.people, self.clock)
        return self.bots[token]

    def caller(self, token: str) -> Bot:
        """The bot that makes a call. The first one is who the people talk to."""
        bot = self.bot(token)
        self._spoken_about = self._spoken_about or token
        return bot

    def spoken_about(self, token: str = "") -> Bot:
        """The bot that the people talk to, unless another is named."""
        return self.bot(token or self._spoken_about or DEFAULT_TOKEN)

    async def close(self) -> None:
        """Ends all deliveries."""
        for bot in self.bots.values():
            if bot.courier:
                await bot.courier.stop()
