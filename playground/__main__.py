"""`python -m playground` serves a local Telegram until it is interrupted."""

import asyncio
import signal

import click

from playground.server import Playground


@click.command()
@click.option("--port", default=8081, show_default=True, help="Port to serve on; 0 picks one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to serve on.")
@click.option("--token", default="", help="Token of the bot that people talk to.")
@click.option("--quiet", is_flag=True, help="Print the address alone.")
def main(port: int, host: str, token: str, quiet: bool) -> None:
    """Serve a local Telegram: a Bot API server and a chat page in the browser."""
    try:
        asyncio.run(_serve(Playground(port, host=host, token=token), quiet))
    except OSError as fault:
        raise click.ClickException(f"cannot serve on {host}:{port}: {fault.strerror}") from fault


async def _serve(town: Playground, quiet: bool) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with town:
        if quiet:
            click.echo(town.url)
        else:
            click.echo(f"The chat page:       {town.url}/")
            click.echo(f"The Bot API:         {town.url}/bot<token>/<method>")
            click.echo("Any well-formed token is a bot; stop with Ctrl+C.")
        await stopped.wait()


if __name__ == "__main__":
    main()
