"""The playground on its own: started by a command, found by its address, ended by a signal."""

import signal
import sys
from asyncio import create_subprocess_exec, timeout
from asyncio.subprocess import PIPE

import aiohttp
import pytest

from playground import Playground


@pytest.mark.slow
async def test_it_prints_its_address_serves_and_ends_when_told() -> None:
    process = await create_subprocess_exec(
        *[sys.executable, "-m", "playground", "--port", "0", "--quiet", "--token", "7:of-a-bot"],
        stdout=PIPE,
    )
    assert process.stdout
    async with timeout(20):
        url = (await process.stdout.readline()).decode().strip()
        async with aiohttp.ClientSession(url) as session:
            async with session.get("/play/state") as response:
                assert (await response.json())["bot"]["id"] == 7
            async with session.get("/play/users/1001/events") as stream:
                assert stream.content_type == "text/event-stream"
                process.send_signal(signal.SIGTERM)
                assert await process.wait() == 0


@pytest.mark.slow
async def test_a_taken_port_is_said_in_one_line() -> None:
    async with Playground() as town:
        port = town.url.rpartition(":")[2]
        process = await create_subprocess_exec(
            *[sys.executable, "-m", "playground", "--port", port], stdout=PIPE, stderr=PIPE
        )
        _, words = await process.communicate()
    assert process.returncode == 1
    assert f"cannot serve on 127.0.0.1:{port}" in words.decode()
    assert "Traceback" not in words.decode()
