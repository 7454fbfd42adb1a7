"""The processes of a benchmark, started for real."""

from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships without types
import pytest

from benchmarks.crowd import Phase
from benchmarks.processes import ProcessFailedError, fake_api, running

TOKEN = "1:eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"

pytestmark = pytest.mark.slow


def test_the_echo_bot_answers_the_people_of_the_fake_api(tmp_path: Path) -> None:
    with fake_api(tmp_path) as api:
        arguments = ("benchmarks.echo_bot", api.address, TOKEN, "1")
        with running(*arguments, directory=tmp_path) as bot:
            assert 0 < api.first_poll(TOKEN, bot) < 30
            seen = api.text(TOKEN, bot, Phase(chats=4, texts=5, burst=5))
            assert (seen.answered, seen.lost, seen.out_of_order) == (20, 0, 0)
            assert 0 < seen.cpu_us < 1_000_000
            assert bot.resident_mb() > 10
            pid = bot.pid
    assert not psutil.pid_exists(pid)


def test_a_bot_that_ends_by_itself_shows_why(tmp_path: Path) -> None:
    with (
        fake_api(tmp_path) as api,
        running("benchmarks.echo_bot", api.address, directory=tmp_path) as bot,
        pytest.raises(ProcessFailedError, match="IndexError"),
    ):
        api.first_poll(TOKEN, bot)


def test_the_settings_of_whoever_runs_it_do_not_reach_the_bots(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPPORT_OPEN", "true")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "mine")
    (tmp_path / "shows.py").write_text("import os; print(sorted(os.environ), os.getcwd())")
    with running("shows", settings={"RAPPORT_X": "1"}, directory=tmp_path) as process:
        shown = process.first_line()
    assert "RAPPORT_X" in shown
    assert "RAPPORT_OPEN" not in shown
    assert "TELEGRAM_BOT_TOKEN" not in shown
    assert str(tmp_path) in shown
