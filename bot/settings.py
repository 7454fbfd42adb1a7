"""The settings: read from the environment and .env once, into a frozen value.

A bad setting stops the start with one line that names it. `.env.example` explains each. What is
secret may stand in a file of its own, as systemd's credentials and Docker's secrets do, named by
the setting's name and _FILE.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from storage.database import parse_address, secrets_of

_TOKEN_SHAPE = r"^\d{3,20}:[A-Za-z0-9_-]{30,64}$"  # noqa: S105 - a shape, not a token

_FILE = "_FILE"
_FORTNIGHT = 14  # days


class SettingsError(Exception):
    """A setting is wrong; the message names it and says what is wrong."""


def _named(name: str, **about: Any) -> Any:
    return Field(validation_alias=name, **about)


def _file(name: str) -> Any:
    """A path whose file holds the setting of that name."""
    return _named(f"{name}{_FILE}", default=None)


class Settings(BaseSettings):
    """Everything that can be set, with what holds when it is not."""

    model_config = SettingsConfigDict(
        frozen=True,
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        str_strip_whitespace=True,
    )

    token: SecretStr | None = _named("TELEGRAM_BOT_TOKEN", default=None)
    api_url: str = _named("TELEGRAM_API_URL", default="https://api.telegram.org")
    proxy: str | None = _named("TELEGRAM_PROXY", default=None, repr=False)
    webhook_url: str | None = _named("RAPPORT_WEBHOOK_URL", default=None)
    webhook_listen: str = _named("RAPPORT_WEBHOOK_LISTEN", default="127.0.0.1:8443")
    webhook_secret: SecretStr | None = _named("RAPPORT_WEBHOOK_SECRET", default=None)
    database_url: str | None = _named("RAPPORT_DATABASE_URL", default=None, repr=False)
    database_owner_url: str | None = _named("RAPPORT_DATABASE_OWNER_URL", default=None, repr=False)
    backup_dir: str | None = _named("RAPPORT_BACKUP_DIR", default=None)
    backup_days: int = _named("RAPPORT_BACKUP_DAYS", default=_FORTNIGHT, ge=0, le=3650)
    allowed_users: Annotated[frozenset[int], NoDecode] = _named(
        "RAPPORT_ALLOWED_USERS", default=frozenset()
    )
    open: bool = _named("RAPPORT_OPEN", default=False)
    operators: Annotated[frozenset[int], NoDecode] = _named(
        "RAPPORT_OPERATORS", default=frozenset()
    )
    alert_seconds: float = _named("RAPPORT_ALERT_SECONDS", default=120.0, ge=1, le=3600)
    health_listen: str | None = _named("RAPPORT_HEALTH_LISTEN", default=None)
    zone: str = _named("RAPPORT_ZONE", default="UTC")
    digest_at: str = _named("RAPPORT_DIGEST_AT", default="08:30")
    send_per_second: float = _named("RAPPORT_SEND_PER_SECOND", default=30.0, ge=0)
    send_per_chat: float = _named("RAPPORT_SEND_PER_CHAT", default=1.0, ge=0)
    send_burst: int = _named("RAPPORT_SEND_BURST", default=5, ge=1)
    poll_seconds: int = _named("RAPPORT_POLL_SECONDS", default=25, ge=0, le=50)
    tick_seconds: float = _named("RAPPORT_TICK_SECONDS", default=30.0, gt=0, le=900)
    playground_port: int = _named("RAPPORT_PLAYGROUND_PORT", default=8722, ge=0, le=65535)
    log_level: str = _named("RAPPORT_LOG_LEVEL", default="INFO")
    token_file: Path | None = _file("TELEGRAM_BOT_TOKEN")
    proxy_file: Path | None = _file("TELEGRAM_PROXY")
    webhook_secret_file: Path | None = _file("RAPPORT_WEBHOOK_SECRET")
    database_url_file: Path | None = _file("RAPPORT_DATABASE_URL")
    database_owner_url_file: Path | None = _file("RAPPORT_DATABASE_OWNER_URL")

    @model_validator(mode="before")
    @classmethod
    def _read_files(cls, given: dict[str, Any]) -> dict[str, Any]:
        files = {name: Path(given[name]) for name in given if name.endswith(_FILE) and given[name]}
        read = dict(given)
        for name, path in files.items():
            setting = name.removesuffix(_FILE)
            if given.get(setting) is not None:
                raise SettingsError(f"{name} and {setting} are both set; keep one of them")
            # Whoever starts Rapport may have said that there is to be none.
            read.setdefault(setting, _text_of(path, name))
        return read

    @field_validator("token")
    @classmethod
    def _token_has_its_shape(cls, token: SecretStr | None) -> SecretStr | None:
        import re

        if token is not None and not re.match(_TOKEN_SHAPE, token.get_secret_value()):
            raise ValueError(
                "is not a bot token; BotFather gives one like 123456789:AA… (digits, a colon, "
                "then 35 letters and digits)"
            )
        return token

    @field_validator("allowed_users", "operators", mode="before")
    @classmethod
    def _ids(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        words = value.replace(",", " ").split()
        if not all(word.isdecimal() for word in words):
            raise ValueError(
                "holds something that is not a Telegram id; write numbers, with commas between"
            )
        return frozenset(map(int, words))

    @field_validator("zone")
    @classmethod
    def _zone_exists(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):  # zoneinfo raises whichever it meets first
            raise ValueError(f"names no time zone: {zone!r}; Europe/Berlin is one") from None
        return zone

    @field_validator("digest_at")
    @classmethod
    def _is_a_time(cls, text: str) -> str:
        try:
            return datetime.strptime(text, "%H:%M").strftime("%H:%M")  # noqa: DTZ007 - no date in it
        except ValueError:
            raise ValueError(f"is no time of day: {text!r}; 08:30 is one") from None

    @field_validator("database_url", "database_owner_url")
    @classmethod
    def _is_a_database(cls, address: str | None) -> str | None:
        if address is not None:
            parse_address(address)
        return address

    @field_validator("api_url", "webhook_url", "proxy")
    @classmethod
    def _is_an_address(cls, address: str | None) -> str | None:
        if address is None:
            return None
        if not _is_http(address):
            raise ValueError("is not an address; http://host or https://host:port/path is")
        return address.rstrip("/")

    @field_validator("webhook_listen", "health_listen")
    @classmethod
    def _is_host_and_port(cls, text: str | None) -> str | None:
        if text is None:
            return None
        host, _, port = text.rpartition(":")
        if not host or not port.isdecimal() or not int(port) <= 65535:
            raise ValueError(f"is not host:port: {text!r}; 127.0.0.1:8443 is")
        return text

    @field_validator("webhook_secret")
    @classmethod
    def _secret_is_sendable(cls, secret: SecretStr | None) -> SecretStr | None:
        import re

        if secret is not None and not re.fullmatch(
            r"[A-Za-z0-9_-]{1,256}", secret.get_secret_value()
        ):
            raise ValueError("may hold 1 to 256 of A-Z, a-z, 0-9, _ and - only")
        return secret

    @field_validator("log_level")
    @classmethod
    def _is_a_level(cls, level: str) -> str:
        levels = ("DEBUG", "INFO", "WARNING", "ERROR")
        if level.upper() not in levels:
            raise ValueError(f"is none of {', '.join(levels)}")
        return level.upper()

    @property
    def is_playground(self) -> bool:
        """Whether there is no token, so that the playground stands in for Telegram."""
        return self.token is None

    @property
    def database_address(self) -> str:
        """Where the records are; playing keeps to a file of its own unless told otherwise."""
        if self.database_url is not None:
            return self.database_url
        name = "playground" if self.is_playground else "rapport"
        return f"sqlite:///{Path('data') / name}.sqlite"

    @property
    def owner_address(self) -> str:
        """The same records, for the role whose tables they are: it migrates them."""
        return self.database_owner_url or self.database_address

    @property
    def backup_directory(self) -> Path:
        """Where backups lie: beside a database file, unless told otherwise."""
        if self.backup_dir is not None:
            return Path(self.backup_dir)
        url = parse_address(self.database_address)
        is_file = url.get_backend_name() == "sqlite"
        return (Path(url.database or "").parent if is_file else Path("data")) / "backups"

    @property
    def backs_up_daily(self) -> bool:
        """Whether the bot makes backups by itself: a server may have its own, and the playground
        holds nothing real."""
        is_file = parse_address(self.database_address).get_backend_name() == "sqlite"
        wanted = self.backup_days > 0 and not self.is_playground
        return wanted and (is_file or self.backup_dir is not None)

    @property
    def days_kept(self) -> int:
        """How many days a backup is kept that was made all the same, where none is wanted: what a
        restore replaced, and what somebody made by hand."""
        return self.backup_days or _FORTNIGHT

    @property
    def listen(self) -> tuple[str, int]:
        """Host and port of the webhook."""
        return _place(self.webhook_listen)

    @property
    def health_place(self) -> tuple[str, int] | None:
        """Host and port of /health; None if it is off."""
        return None if self.health_listen is None else _place(self.health_listen)

    def webhook_password(self, token: str) -> str:
        """The secret Telegram shows at the webhook; without a set one it comes of the token, so
        that every replica expects the same."""
        if self.webhook_secret is not None:
            return self.webhook_secret.get_secret_value()
        return hmac.new(token.encode(), b"webhook", hashlib.sha256).hexdigest()

    def secrets(self, token: str | None) -> list[str]:
        """What no log may hold."""
        addresses = {self.database_address, self.owner_address}
        passwords = [each for address in addresses for each in secrets_of(parse_address(address))]
        proxy = urlsplit(self.proxy).password if self.proxy else None
        own = [token, self.webhook_password(token)] if token else []
        return [secret for secret in (*own, *passwords, proxy) if secret]


def _place(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port)


def _text_of(path: Path, name: str) -> str:
    """What the file says, without the white space around it."""
    try:
        text = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{name} cannot be read: {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{name} cannot be read: {path} is not UTF-8 text") from None
    if not text:
        raise SettingsError(f"{name} names an empty file: {path}")
    return text


def _is_http(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets that do not close, a port out of range
        return False


def load_settings(**given: Any) -> Settings:
    """The settings of this start; `given` ones outrank the environment. SettingsError names a
    bad one."""
    fields = Settings.model_fields
    # Fields have the names of their variables alone: ZONE or OPEN in the environment is not ours.
    named = {
        str(fields[name].validation_alias) if name in fields else name: value
        for name, value in given.items()
    }
    try:
        return Settings(**named)
    except UnicodeDecodeError:
        raise SettingsError(".env cannot be read: it is not UTF-8 text") from None
    except OSError as error:
        raise SettingsError(f".env cannot be read: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        said = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{first['loc'][0]} {said[0].lower()}{said[1:]}") from None
