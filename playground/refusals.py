"""What Telegram says when it does not do what it was asked."""

from typing import Any


class Refusal(Exception):
    """An answer with `ok: false`: the HTTP status, Telegram's own words, and its parameters."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """The JSON object that Telegram answers with."""
        body: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(reason: str) -> Refusal:
    """A 400 whose reason starts in lower case, unless it is a constant of the server's."""
    if len(reason) > 1 and (reason[1] == "_" or reason[1].isupper()):
        return Refusal(400, f"Bad Request: {reason}")
    return Refusal(400, f"Bad Request: {reason[:1].lower()}{reason[1:]}")


def forbidden(reason: str) -> Refusal:
    """A 403: the bot may not."""
    return Refusal(403, f"Forbidden: {reason}")


def conflict(reason: str) -> Refusal:
    """A 409: two want the same updates."""
    return Refusal(409, f"Conflict: {reason}")


def too_many_requests(retry_after: int) -> Refusal:
    """A 429, with the seconds to wait."""
    return Refusal(
        429, f"Too Many Requests: retry after {retry_after}", retry_after=max(1, retry_after)
    )
