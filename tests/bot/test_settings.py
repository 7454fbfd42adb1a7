"""Every bad setting stops the start with one line that names it; good ones are taken."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.settings import Settings, SettingsError, load_settings
from storage import schema
from tests.bot.processes import running

TOKEN = "123456789:" + "A" * 35

BAD = [
    ("TELEGRAM_BOT_TOKEN", "hello", "is not a bot token"),
    ("TELEGRAM_BOT_TOKEN", "123456789", "is not a bot token"),
    ("TELEGRAM_BOT_TOKEN", TOKEN + "é", "is not a bot token"),
    ("TELEGRAM_API_URL", "api.telegram.org", "is not an address"),
    ("TELEGRAM_API_URL", "http://[::1", "is not an address"),
    ("TELEGRAM_API_URL", "http://host:99999", "is not an address"),
    ("TELEGRAM_PROXY", "socks5://host:1080", "is not an address"),
    ("RAPPORT_WEBHOOK_URL", "ftp://host/hook", "is not an address"),
    ("RAPPORT_WEBHOOK_LISTEN", "8443", "is not host:port"),
    ("RAPPORT_WEBHOOK_LISTEN", "127.0.0.1:70000", "is not host:port"),
    ("RAPPORT_WEBHOOK_SECRET", "with spaces", "may hold 1 to 256"),
    ("RAPPORT_DATABASE_URL", "rapport.sqlite", "is not a database address"),
    ("RAPPORT_DATABASE_URL", "mysql://host/name", "sqlite or postgresql"),
    ("RAPPORT_DATABASE_URL", "sqlite://", "names no file"),
    ("RAPPORT_ALLOWED_USERS", "12, anna", "is not a Telegram id"),
    ("RAPPORT_ALLOWED_USERS", "-5", "is not a Telegram id"),
    ("RAPPORT_OPEN", "perhaps", "valid boolean"),
    ("RAPPORT_OPERATORS", "@anna", "is not a Telegram id"),
    ("RAPPORT_ALERT_SECONDS", "0", "greater than or equal to 1"),
    ("RAPPORT_HEALTH_LISTEN", "8080", "is not host:port"),
    ("RAPPORT_ZONE", "Mars/Olympus", "names no time zone"),
    ("RAPPORT_ZONE", "Europe", "names no time zone"),
    ("RAPPORT_ZONE", "../etc/passwd", "names no time zone"),
    ("RAPPORT_DIGEST_AT", "half past eight", "is no time of day"),
    ("RAPPORT_DIGEST_AT", "24:30", "is no time of day"),
    ("RAPPORT_DIGEST_AT", "08:30+02:00", "is no time of day"),
    ("RAPPORT_SEND_PER_SECOND", "-1", "greater than or equal to 0"),
    ("RAPPORT_SEND_BURST", "0", "greater than or equal to 1"),
    ("RAPPORT_POLL_SECONDS", "51", "less than or equal to 50"),
    ("RAPPORT_TICK_SECONDS", "soon", "valid number"),
    ("RAPPORT_PLAYGROUND_PORT", "70000", "less than or equal to 65535"),
    ("RAPPORT_LOG_LEVEL", "loud", "is none of DEBUG, INFO"),
]


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty directory, and nothing of ours in the environment."""
    for name in list(os.environ):
        if name.startswith(("TELEGRAM_", "RAPPORT_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("name", "value", "said"), BAD)
def test_a_bad_setting_names_itself(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    result = CliRunner().invoke(main, ["run"])
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"rapport: {name} ")
    assert said in line
    assert "pydantic" not in line


SECRETS = {
    "TELEGRAM_BOT_TOKEN": TOKEN,
    "TELEGRAM_PROXY": "http://user:password@proxy:3128",
    "RAPPORT_WEBHOOK_SECRET": "a-secret_of-the-test",
    "RAPPORT_DATABASE_URL": "postgresql://rapport:password@host/rapport",
    "RAPPORT_DATABASE_OWNER_URL": "postgresql://owner:password@host/rapport",
}


def test_every_secret_may_stand_in_a_file() -> None:
    """Whoever adds a setting that logs must not show lets it stand in a file too."""
    fields = Settings.model_fields.values()
    hidden = {
        str(field.validation_alias)
        for field in fields
        if field.repr is False or "SecretStr" in str(field.annotation)
    }
    assert hidden == set(SECRETS)
    assert {f"{name}_FILE" for name in hidden} <= {str(field.validation_alias) for field in fields}


@pytest.mark.parametrize("end", ["", "\n", "\r\n", " \n\n"])
def test_a_secrets_file_is_read_and_white_space_around_it_is_not(
    monkeypatch: pytest.MonkeyPatch, nowhere: Path, end: str
) -> None:
    for name, value in SECRETS.items():
        (nowhere / name).write_text(value + end, newline="")
        monkeypatch.setenv(f"{name}_FILE", str(nowhere / name))
    read = load_settings()
    for name in SECRETS:
        monkeypatch.delenv(f"{name}_FILE")
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    fields = [name for name in Settings.model_fields if not name.endswith("_file")]
    assert [getattr(read, name) for name in fields] == [
        getattr(load_settings(), name) for name in fields
    ]
    assert not [value for value in SECRETS.values() if value in repr(read)]


def absent(home: Path) -> str:
    return f"cannot be read: {home / 'secret'}: No such file or directory"


def empty(home: Path) -> str:
    (home / "secret").write_text(" \n")
    return f"names an empty file: {home / 'secret'}"


def of_bytes(home: Path) -> str:
    (home / "secret").write_bytes(b"\xff\xfe")
    return f"cannot be read: {home / 'secret'} is not UTF-8 text"


def not_a_file(home: Path) -> str:
    (home / "secret").mkdir()
    return f"cannot be read: {home / 'secret'}: Is a directory"


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("make", [absent, empty, of_bytes, not_a_file])
def test_a_bad_secrets_file_names_its_setting(
    monkeypatch: pytest.MonkeyPatch, nowhere: Path, make: Callable[[Path], str], name: str
) -> None:
    said = make(nowhere)
    monkeypatch.setenv(f"{name}_FILE", str(nowhere / "secret"))
    result = CliRunner().invoke(main, ["run"])
    assert result.exit_code == 2
    assert result.stderr == f"rapport: {name}_FILE {said}\n"


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_and_its_file_are_not_both_set(
    monkeypatch: pytest.MonkeyPatch, nowhere: Path, name: str
) -> None:
    (nowhere / "secret").write_text(SECRETS[name])
    (nowhere / ".env").write_text(f"{name}={SECRETS[name]}\n")
    monkeypatch.setenv(f"{name}_FILE", str(nowhere / "secret"))
    result = CliRunner().invoke(main, ["run"])
    assert result.exit_code == 2
    assert result.stderr == f"rapport: {name}_FILE and {name} are both set; keep one of them\n"


def test_playing_reads_no_token_even_from_a_file(
    monkeypatch: pytest.MonkeyPatch, nowhere: Path
) -> None:
    (nowhere / "secret").write_text(TOKEN)
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", str(nowhere / "secret"))
    assert not load_settings().is_playground
    assert load_settings(token=None).is_playground


def not_a_database(home: Path) -> str:
    (home / "file").write_text("a letter to Anna, not a database, and long enough to be read")
    return f"sqlite:///{home / 'file'}"


def inside_a_file(home: Path) -> str:
    (home / "file").write_text("")
    return f"sqlite:///{home / 'file' / 'rapport.sqlite'}"


def a_directory(home: Path) -> str:
    return f"sqlite:///{home}"


def of_a_newer_rapport(home: Path) -> str:
    import sqlite3

    with sqlite3.connect(home / "newer.sqlite") as database:
        database.execute("CREATE TABLE alembic_version (version_num TEXT)")
        database.execute("INSERT INTO alembic_version VALUES ('9999')")
    return f"sqlite:///{home / 'newer.sqlite'}"


def refused(_: Path) -> str:
    return "postgresql://rapport:pass-of-the-test@127.0.0.1:9/rapport"


UNREACHABLE = [not_a_database, inside_a_file, a_directory, of_a_newer_rapport, refused]


@pytest.mark.parametrize("where", UNREACHABLE)
@pytest.mark.parametrize("command", ["run", "migrate", "invite"])
def test_an_unreachable_database_stops_every_command_with_a_line(
    monkeypatch: pytest.MonkeyPatch, nowhere: Path, where: Callable[[Path], str], command: str
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("RAPPORT_DATABASE_URL", where(nowhere))
    result = CliRunner().invoke(main, [command])
    assert result.exit_code == 2, result.exception
    (line,) = result.stderr.splitlines()
    assert line.startswith("rapport: RAPPORT_DATABASE_URL cannot be ")
    assert "pass-of-the-test" not in line
    assert ("bot restore PATH --replace" in line) is (where is not_a_database)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port somebody listens to."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_playground_port_is_named(monkeypatch: pytest.MonkeyPatch, taken: int) -> None:
    monkeypatch.setenv("RAPPORT_PLAYGROUND_PORT", str(taken))
    result = CliRunner().invoke(main, ["run"])
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"rapport: RAPPORT_PLAYGROUND_PORT cannot be listened to: {taken}")


@pytest.mark.slow
async def test_a_taken_webhook_port_is_named(tmp_path: Path, taken: int) -> None:
    from playground import Playground
    from tests.bot.processes import open_house

    async with Playground() as town:
        settings = open_house(town, f"sqlite:///{tmp_path / 'r.sqlite'}", webhook=True)
        settings["RAPPORT_WEBHOOK_LISTEN"] = f"127.0.0.1:{taken}"
        async with running(tmp_path, settings) as bot:
            assert await bot.ended() == 2
            assert "\nrapport: RAPPORT_WEBHOOK_LISTEN cannot be listened to" in f"\n{bot.said}"
            assert "Traceback" not in bot.said


def test_an_unreadable_env_file_is_named(nowhere: Path) -> None:
    (nowhere / ".env").write_bytes(b"RAPPORT_ZONE=\xff\xfe")
    with pytest.raises(SettingsError, match=r"^\.env "):
        load_settings()


def test_the_env_file_is_read_and_the_environment_outranks_it(
    monkeypatch: pytest.MonkeyPatch, nowhere: Path
) -> None:
    (nowhere / ".env").write_text("RAPPORT_ZONE=Asia/Tokyo\nRAPPORT_DIGEST_AT=7:05\nSTRANGE=1\n")
    assert load_settings().zone == "Asia/Tokyo"
    assert load_settings().digest_at == "07:05"
    monkeypatch.setenv("RAPPORT_ZONE", "Europe/Berlin")
    assert load_settings().zone == "Europe/Berlin"


def test_empty_values_are_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, *_ in BAD:
        monkeypatch.setenv(name, "")
    assert load_settings() == load_settings(_env_file=None)
    assert load_settings().is_playground


def test_variables_of_others_are_not_taken_for_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TOKEN", "OPEN", "ZONE", "PROXY", "LOG_LEVEL"):
        monkeypatch.setenv(name, "1")
    assert load_settings() == load_settings(_env_file=None)
    assert not load_settings().open


def test_good_values_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "TELEGRAM_BOT_TOKEN": f" {TOKEN} ",
        "TELEGRAM_API_URL": "http://localhost:8081/",
        "RAPPORT_WEBHOOK_LISTEN": "[::1]:9000",
        "RAPPORT_ALLOWED_USERS": "1, 2 3",
        "RAPPORT_LOG_LEVEL": "debug",
    }.items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert settings.token is not None
    assert settings.token.get_secret_value() == TOKEN
    assert settings.api_url == "http://localhost:8081"
    assert settings.listen == ("::1", 9000)
    assert settings.allowed_users == {1, 2, 3}
    assert settings.log_level == "DEBUG"


def test_playing_keeps_to_a_file_of_its_own() -> None:
    assert load_settings().database_address == "sqlite:///data/playground.sqlite"
    assert load_settings(token=TOKEN).database_address == "sqlite:///data/rapport.sqlite"


def test_replicas_expect_the_same_webhook_secret() -> None:
    one, other = load_settings(), load_settings()
    assert one.webhook_password(TOKEN) == other.webhook_password(TOKEN)
    assert one.webhook_password(TOKEN) != one.webhook_password(TOKEN + "x")
    assert load_settings(webhook_secret="mine").webhook_password(TOKEN) == "mine"


@pytest.mark.parametrize("secret", ["gehëim", "пароль", "a b", "a" * 257, "a!", "٣"])
def test_a_webhook_secret_that_telegram_does_not_take_stops_the_start(secret: str) -> None:
    with pytest.raises(SettingsError, match="RAPPORT_WEBHOOK_SECRET may hold 1 to 256 of A-Z"):
        load_settings(webhook_secret=secret)


def test_migrating_says_where_the_database_is_now(nowhere: Path) -> None:
    runner = CliRunner()
    assert "newly made" in runner.invoke(main, ["migrate"]).output
    again = runner.invoke(main, ["migrate"])
    assert again.exit_code == 0
    assert again.output == f"The database is at {schema.HEAD}.\n"
    assert (nowhere / "data" / "playground.sqlite").stat().st_mode & 0o077 == 0
