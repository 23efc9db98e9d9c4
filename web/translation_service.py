"""A translation service that speaks LibreTranslate's protocol: `GET /languages`, `POST /translate`."""

import json
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

import httpx2

from deliberation.translation_work import ServiceFailed, TextRefused

CONNECT_SECONDS, ANSWER_SECONDS = 10.0, 60.0
"""A long paragraph takes a small machine half a minute."""
LONGEST_ANSWER = 1024 * 1024
"""In bytes; the longest text that is translated has 20,000 characters."""
LANGUAGES_STAND_FOR_SECONDS = 3600.0
LONGEST_WAIT = timedelta(hours=1)
OTHER_CODES: Mapping[str, tuple[str, ...]] = {
    "zh-hans": ("zh-hans", "zh-cn", "zh"),
    "zh-hant": ("zh-hant", "zh-tw", "zt"),
    "tl": ("tl", "fil"),
    "pt": ("pt", "pt-pt", "pt-br"),
}
"""What services call a language, the likeliest first. Traditional Chinese never falls back to simplified."""
THEIR_TEXT = (400, 404, 413, 422)
"""Statuses that are about the text or its languages; any other says that the service itself does not work now."""


class LibreTranslate:
    """`url` may hold the service's key as `?api_key=…`."""

    def __init__(self, url: str, *, answer_seconds: float = ANSWER_SECONDS) -> None:
        parts = urlsplit(url)
        self._base = urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))
        self._key = parse_qs(parts.query).get("api_key", [""])[0]
        self._answer_seconds = answer_seconds
        self._client = httpx2.Client(timeout=httpx2.Timeout(answer_seconds, connect=CONNECT_SECONDS))
        self._targets: dict[str, dict[str, str]] = {}
        self._read_at = 0.0

    def translate(self, text: str, source: str, target: str, *, markup: bool) -> str:
        """Raises ServiceFailed, TextRefused."""
        from_code, to_code = self._codes(source, target)
        asked = {"q": text, "source": from_code, "target": to_code, "format": "html" if markup else "text"}
        answer = self._call("POST", "/translate", json=asked | ({"api_key": self._key} if self._key else {}))
        translated = answer.get("translatedText") if isinstance(answer, dict) else None
        if not isinstance(translated, str):
            raise ServiceFailed("it answered without a translation")
        return translated

    def _codes(self, source: str, target: str) -> tuple[str, str]:
        """What the service calls these two. Raises TextRefused when it does not translate the one into the other."""
        known = self._languages()
        for from_name in _names(source):
            for to_name in _names(target):
                if from_name in known and to_name in known[from_name]:
                    return known[from_name][""], known[from_name][to_name]
        raise TextRefused(f"the service does not translate {source} into {target}")

    def _languages(self) -> dict[str, dict[str, str]]:
        """Source → target → its code, by small letters; the source's own code stands under no name."""
        if not self._targets or time.monotonic() - self._read_at > LANGUAGES_STAND_FOR_SECONDS:
            answer = self._call("GET", "/languages")
            try:
                codes = [str(one["code"]) for one in answer]
                self._targets = {
                    str(one["code"]).lower(): {str(code).lower(): str(code) for code in one.get("targets") or codes}
                    | {"": str(one["code"])}
                    for one in answer
                }
            except (TypeError, KeyError, AttributeError) as error:
                raise ServiceFailed("its list of languages cannot be read") from error
            self._read_at = time.monotonic()
        return self._targets

    def _call(self, method: str, path: str, **sent: Any) -> Any:
        try:
            with self._client.stream(method, self._base + path, **sent) as response:
                body = self._read(response)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise ServiceFailed(type(error).__name__) from error
        if response.status_code in THEIR_TEXT and method == "POST":
            raise TextRefused(f"status {response.status_code}: {_problem(body)}")
        if response.status_code != 200:
            raise ServiceFailed(f"status {response.status_code}: {_problem(body)}", _wait(response))
        try:
            return json.loads(body)
        except ValueError as error:  # also what is no UTF-8
            raise ServiceFailed("it did not answer in JSON") from error

    def _read(self, response: httpx2.Response) -> bytes:
        """The whole answer. The client's own patience begins anew with every piece that arrives; this one does not."""
        deadline = time.monotonic() + self._answer_seconds
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > LONGEST_ANSWER:
                raise ServiceFailed("its answer is too long")
            if time.monotonic() > deadline:
                raise ServiceFailed("its answer does not come to an end")
        return bytes(body)


def _names(tag: str) -> tuple[str, ...]:
    """What a service may call this language."""
    small = tag.lower()
    base = small.partition("-")[0]
    return OTHER_CODES.get(small) or (small, *OTHER_CODES.get(base, (base,)))


def _problem(body: bytes) -> str:
    try:
        said = json.loads(body)["error"]
    except (ValueError, KeyError, TypeError):
        return "no reason given"
    return str(said)[:150]


def _wait(response: httpx2.Response) -> timedelta | None:
    asked = response.headers.get("retry-after", "")
    return min(timedelta(seconds=int(asked)), LONGEST_WAIT) if asked.isdecimal() and len(asked) < 8 else None
