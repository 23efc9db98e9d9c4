"""The signed cookie, read as it has to be where clocks are wrong now and then and other versions have written before."""

import json
import math
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from typing import Any

from itsdangerous import BadSignature, TimestampSigner
from starlette.middleware.sessions import SessionMiddleware
from starlette.types import ASGIApp

_PERSON = re.compile(r"[0-9A-Za-z_-]{1,64}")
_LATEST = 253_402_300_799
"""The last second that a date can tell."""
_LARGEST_ID = 2**31 - 1
_SIGNING_IN = "_state_"
"""How the keys begin under which the library for OpenID Connect keeps what an answer must fit."""


class SteadySigner(TimestampSigner):
    """Takes a signature that seems to come from the future, and of what is signed only what this version understands.

    A server's clock that is set back would otherwise turn everybody who came before into somebody new: residents could vote
    twice, and staff would be signed out. Only this server can sign, so a date ahead tells of a clock and of nothing else.
    """

    def unsign(self, signed_value: str | bytes, max_age: int | None = None, return_timestamp: bool = False) -> Any:
        value, signed_at = super().unsign(signed_value, return_timestamp=True)
        age = self.get_timestamp() - int(signed_at.timestamp())
        if max_age is not None and age > max_age:
            raise BadSignature("too old")
        value = _understood(value)
        return (value, signed_at) if return_timestamp else value


class Sessions(SessionMiddleware):
    def __init__(self, app: ASGIApp, secret_key: str, *, session_cookie: str, max_age: int, https_only: bool) -> None:
        super().__init__(app, secret_key, session_cookie=session_cookie, max_age=max_age, https_only=https_only)
        self.signer = SteadySigner(secret_key)


def _understood(value: bytes) -> bytes:
    """Without entries that are not of the kind that is kept under their name. Raises BadSignature for what is no session."""
    try:
        found = json.loads(b64decode(value))
    except (ValueError, RecursionError) as error:
        raise BadSignature("not ours") from error
    if not isinstance(found, dict):
        raise BadSignature("not ours")
    if all(_fits(key, entry) for key, entry in found.items()):
        return value
    return b64encode(json.dumps({key: entry for key, entry in found.items() if _fits(key, entry)}).encode())


def _fits(key: str, entry: Any) -> bool:
    """Names that nothing here reads are left alone: another version may."""
    if key.startswith(_SIGNING_IN):
        return isinstance(entry, dict) and isinstance(entry.get("data"), dict) and _is_moment(entry.get("exp"))
    kind = _KINDS.get(key)
    return kind is None or kind(entry)


def _is_text(entry: Any) -> bool:
    """Half of a sign that takes two cannot be written down."""
    return isinstance(entry, str) and not any("\ud800" <= sign <= "\udfff" for sign in entry)


def _is_person(entry: Any) -> bool:
    return isinstance(entry, str) and _PERSON.fullmatch(entry) is not None


def _is_moment(entry: Any) -> bool:
    is_number = isinstance(entry, (int, float)) and not isinstance(entry, bool)
    return is_number and math.isfinite(entry) and 0 <= entry <= _LATEST


def _is_id(entry: Any) -> bool:
    return isinstance(entry, int) and 0 < entry <= _LARGEST_ID


def _is_staff(entry: Any) -> bool:
    return isinstance(entry, dict) and _is_id(entry.get("id")) and _is_moment(entry.get("at"))


def _is_way_back(entry: Any) -> bool:
    """Where somebody goes who was sent to sign in."""
    return (
        isinstance(entry, dict)
        and _is_moment(entry.get("at"))
        and all(entry.get(name) is None or _is_text(entry[name]) for name in ("next", "conversation", "claim"))
    )


def _are_people(entry: Any) -> bool:
    return isinstance(entry, dict) and all(map(_is_person, entry.values()))


def _are_texts(entry: Any) -> bool:
    return isinstance(entry, dict) and all(map(_is_text, entry.values()))


_KINDS: Mapping[str, Callable[[Any], bool]] = {
    "person": _is_person,
    "recovered": _are_people,
    "staff": _is_staff,
    "signing_in": _is_way_back,
    "signed_in": _is_id,
    "answers_read": _is_moment,
    "translate_to": _is_text,
    "notice": _is_text,
    "webhook_secrets": _are_texts,
}
