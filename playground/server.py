"""The playground as a server: the Bot API, the people's side and the page at one address."""

from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from playground.files import LARGEST_UPLOAD
from playground.gateway import Gateway
from playground.person import Person
from playground.play import Play, explain_refusals
from playground.world import DEFAULT_TOKEN, World

_PAGE = Path(__file__).with_name("static")
# Room for the largest file and what is around it in a form.
_LARGEST_REQUEST = LARGEST_UPLOAD + 1_000_000
_CLOSE_WITHIN = 0.2


class Playground:
    """A local Telegram: `async with Playground() as town` serves it until the block ends."""

    def __init__(
        self,
        port: int = 0,
        *,
        host: str = "127.0.0.1",
        token: str = DEFAULT_TOKEN,
        webhook_retry: float = 1.0,
    ) -> None:
        self.token = token or DEFAULT_TOKEN
        self.world = World(token, webhook_retry=webhook_retry)
        self._host = host
        self._port = port
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Where it is served: the page, and the base of the Bot API."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    async def start(self) -> None:
        """Serves from now on; port 0 becomes a free one."""
        runner = web.AppRunner(
            application(self.world), access_log=None, shutdown_timeout=_CLOSE_WITHIN
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        self._port = int(runner.addresses[0][1])

    async def stop(self) -> None:
        """Ends serving and all deliveries."""
        await self.world.close()
        if self._runner:
            runner, self._runner = self._runner, None
            await runner.cleanup()

    async def person(self, first_name: str = "", **about: str) -> Person:
        """A client for a new person of this name, or for the one who was there first."""
        return await Person.meet(self.url, first_name, token=self.token, **about)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()


def application(world: World) -> web.Application:
    """The aiohttp application that serves a world."""
    app = web.Application(client_max_size=_LARGEST_REQUEST, middlewares=[explain_refusals])
    app.add_routes([*Gateway(world).routes(), *Play(world).routes(), web.get("/", _page)])
    if _PAGE.is_dir():
        app.add_routes([web.static("/static", _PAGE)])
    app.on_response_prepare.append(_always_ask)
    return app


async def _always_ask(request: web.Request, response: web.StreamResponse) -> None:
    """The page and its scripts are never taken from a cache without asking: they may be newer."""
    if not request.path.startswith("/bot"):
        response.headers.setdefault("Cache-Control", "no-cache")


async def _page(_: web.Request) -> web.StreamResponse:
    index = _PAGE / "index.html"
    if not index.is_file():
        raise web.HTTPNotFound(text="The chat page is not installed.")
    return web.FileResponse(index)
