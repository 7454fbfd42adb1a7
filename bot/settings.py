"""The settings: read from the environment and .env once, into a frozen value.

A bad setting stops the start with one line that names it. `.env.example` explains each.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from storage.database import parse_address

_TOKEN_SHAPE = r"^\d{3,20}:[A-Za-z0-9_-]{30,64}$"  # noqa: S105 - a shape, not a token


class SettingsError(Exception):
    """A setting is wrong; the message names it and says what is wrong."""


def _named(name: str, **about: Any) -> Any:
    return Field(validation_alias=name, **about)


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
    allowed_users: Annotated[frozenset[int], NoDecode] = _named(
        "RAPPORT_ALLOWED_USERS", default=frozenset()
    )
    open: bool = _named("RAPPORT_OPEN", default=False)
    zone: str = _named("RAPPORT_ZONE", default="UTC")
    digest_at: str = _named("RAPPORT_DIGEST_AT", default="08:30")
    send_per_second: float = _named("RAPPORT_SEND_PER_SECOND", default=30.0, ge=0)
    send_per_chat: float = _named("RAPPORT_SEND_PER_CHAT", default=1.0, ge=0)
    send_burst: int = _named("RAPPORT_SEND_BURST", default=5, ge=1)
    poll_seconds: int = _named("RAPPORT_POLL_SECONDS", default=25, ge=0, le=50)
    tick_seconds: float = _named("RAPPORT_TICK_SECONDS", default=30.0, gt=0, le=900)
    playground_port: int = _named("RAPPORT_PLAYGROUND_PORT", default=8722, ge=0, le=65535)
    log_level: str = _named("RAPPORT_LOG_LEVEL", default="INFO")

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

    @field_validator("allowed_users", mode="before")
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

    @field_validator("database_url")
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

    @field_validator("webhook_listen")
    @classmethod
    def _is_host_and_port(cls, text: str) -> str:
        host, _, port = text.rpartition(":")
        if not host or not port.isdecimal() or not int(port) <= 65535:
            raise ValueError(f"is not host:port: {text!r}; 127.0.0.1:8443 is")
        return text

    @field_validator("webhook_secret")
    @classmethod
    def _secret_is_sendable(cls, secret: SecretStr | None) -> SecretStr | None:
        import re

        if secret is not None and not re.fullmatch(r"[\w-]{1,256}", secret.get_secret_value()):
            raise ValueError("may hold 1 to 256 letters, digits, _ and - only")
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
    def listen(self) -> tuple[str, int]:
        """Host and port of the webhook."""
        host, _, port = self.webhook_listen.rpartition(":")
        return host.strip("[]"), int(port)

    def webhook_password(self, token: str) -> str:
        """The secret Telegram shows at the webhook; without a set one it comes of the token, so
        that every replica expects the same."""
        if self.webhook_secret is not None:
            return self.webhook_secret.get_secret_value()
        return hmac.new(token.encode(), b"webhook", hashlib.sha256).hexdigest()

    def secrets(self, token: str | None) -> list[str]:
        """What no log may hold."""
        password = parse_address(self.database_address).password
        proxy = urlsplit(self.proxy).password if self.proxy else None
        own = [token, self.webhook_password(token)] if token else []
        return [secret for secret in (*own, password, proxy) if secret]


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
