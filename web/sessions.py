"""The signed cookie, read as it has to be where clocks are wrong now and then."""

from typing import Any

from itsdangerous import BadSignature, TimestampSigner
from starlette.middleware.sessions import SessionMiddleware
from starlette.types import ASGIApp


class SteadySigner(TimestampSigner):
    """Takes a signature that seems to come from the future.

    A server's clock that is set back would otherwise turn everybody who came before into somebody new: residents could vote
    twice, and staff would be signed out. Only this server can sign, so a date ahead tells of a clock and of nothing else.
    """

    def unsign(self, signed_value: str | bytes, max_age: int | None = None, return_timestamp: bool = False) -> Any:
        value, signed_at = super().unsign(signed_value, return_timestamp=True)
        age = self.get_timestamp() - int(signed_at.timestamp())
        if max_age is not None and age > max_age:
            raise BadSignature("too old")
        return (value, signed_at) if return_timestamp else value


class Sessions(SessionMiddleware):
    def __init__(self, app: ASGIApp, secret_key: str, *, session_cookie: str, max_age: int, https_only: bool) -> None:
        super().__init__(app, secret_key, session_cookie=session_cookie, max_age=max_age, https_only=https_only)
        self.signer = SteadySigner(secret_key)
