"""What a machine is told, signed as the Standard Webhooks specification says."""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deliberation import webhooks
from deliberation.news_item import Item
from deliberation.webhooks import Claimed
from web import i18n, news_words
from web.addresses import address_of
from web.settings import Settings


@dataclass(frozen=True, slots=True)
class Message:
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class Messages:
    """Composes messages. `path` gives the path of a route by name and parameters."""

    configured: Settings
    path: Callable[..., str]

    def challenge(self, hook: Claimed, now: datetime) -> Message:
        """The first one, which asks whether the address wants any."""
        assert hook.challenge is not None
        data = {"challenge": hook.challenge, "conversation": self._address(hook, "conversation")}
        return _signed(hook, f"msg_{hook.challenge[:32]}", {"type": "webhook.challenge", "data": data}, now, now)

    def news(self, hook: Claimed, item: Item, now: datetime) -> Message:
        i18n.use_time_zone(hook.tenant.time_zone)
        route, end = news_words.place(item)
        address = self._address(hook, route) + end
        data = {
            "conversation": self._address(hook, "conversation"),
            "topic": hook.topic.text,
            "language": hook.language,
            "headline": news_words.headline(item, hook.language),
            "text": None if item.text is None else item.text.text,
            "text_language": None if item.text is None else item.text.language,
            "address": address,
            "id": address if item.about else None,
            "linked_data": f"{address}.jsonld" if item.about else None,
        }
        content = {"type": f"conversation.{item.kind.value}", "data": data}
        return _signed(hook, webhooks.message_id(hook, item), content, item.at, now)

    def _address(self, hook: Claimed, route: str) -> str:
        base = address_of(hook.tenant, self.configured.base_url or f"https://{hook.tenant.host}")
        return base + self.path(route, slug=hook.slug)


def _signed(hook: Claimed, message_id: str, content: dict[str, Any], at: datetime, now: datetime) -> Message:
    body = json.dumps(content | {"timestamp": at.isoformat()}, ensure_ascii=False, separators=(",", ":")).encode()
    sent_at = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Hiroba",
        "webhook-id": message_id,
        "webhook-timestamp": sent_at,
        "webhook-signature": f"v1,{signature(hook.secret, message_id, sent_at, body)}",
    }
    return Message(body, headers)


def signature(secret: str, message_id: str, sent_at: str, body: bytes) -> str:
    key = b64decode(secret.removeprefix(webhooks.BEGINNING))
    return b64encode(hmac.new(key, f"{message_id}.{sent_at}.".encode() + body, hashlib.sha256).digest()).decode()
