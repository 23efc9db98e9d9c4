"""A real OpenID Connect provider on loopback, with people whom it knows. What it answers can be altered on the way, for lies."""

import json
import logging
import re
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
import werkzeug.serving
from starlette.testclient import TestClient

from web.settings import IdentityProvider

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import oidc_provider_mock

Answer = dict[str, Any]
FOREIGN = re.compile(rb"<link[^>]*>")
"""The pages of this provider ask another host for a stylesheet; there is no network in tests."""
PEOPLE: dict[str, Answer] = {
    "mei": {"name": "Mei Tanaka", "email": "mei@example.org", "email_verified": True, "address": {"locality": "Harbour"}},
    "aya": {"address": {"locality": ["Mill", "Harbour"]}},
    "kai": {"name": "Kai Moss", "email": "kai@example.org", "address": {"locality": "Hill"}, "wards": ["North", "South"]},
    "nobody": {},
}


@dataclass
class Provider:
    """`alter`: path → what becomes of the JSON that it answers there."""

    issuer: str
    alter: dict[str, Callable[[Answer], Answer]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def setting(self) -> IdentityProvider:
        return IdentityProvider(self.issuer, "hiroba", "a client secret")

    def agree(self, address: str, person: str) -> str:
        """What somebody does who was sent to this address: they sign in. Where the provider sends them, as a path of ours."""
        return self._press(address, sub=person)

    def deny(self, address: str) -> str:
        return self._press(address, action="deny")

    def _press(self, address: str, **fields: str) -> str:
        sent = httpx.post(address, data=fields)
        assert sent.status_code == 302, sent.text
        parts = urlsplit(sent.headers["location"])
        return f"{parts.path}?{parts.query}"


def sign_in(client: TestClient, provider: Provider, person: str = "mei", begin: str = "/identity/sign-in") -> Any:
    """The whole way: to the provider and back. What our page answers."""
    sent = client.get(begin)
    assert sent.status_code == 303, sent.text
    return client.get(provider.agree(sent.headers["location"], person))


@contextmanager
def running(people: dict[str, Answer] = PEOPLE) -> Iterator[Provider]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    logging.getLogger("oidc_provider_mock").setLevel(logging.ERROR)
    users = tuple(oidc_provider_mock.User(sub=sub, claims=dict(claims)) for sub, claims in people.items())
    provider = Provider("")
    application = _altered(oidc_provider_mock.app(user_claims=users), provider)
    server = werkzeug.serving.make_server("127.0.0.1", 0, application, threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _altered(application: Any, provider: Provider) -> Any:
    def altered(environment: dict[str, Any], start: Any) -> Iterable[bytes]:
        path = environment["PATH_INFO"]
        provider.asked.append(f"{path}?{environment['QUERY_STRING']}")
        alter = provider.alter.get(path)
        kept: list[Any] = []
        body = b"".join(application(environment, lambda status, headers, *_: kept.extend((status, headers))))
        body = FOREIGN.sub(b"", body) if alter is None else json.dumps(alter(json.loads(body))).encode()
        start(kept[0], [(name, value) for name, value in kept[1] if name.lower() != "content-length"])
        return [body]

    return altered
