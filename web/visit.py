"""Who comes, and to which municipality: put into the scope before a route is chosen."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from deliberation import accounts
from deliberation.accounts import Staff
from deliberation.municipalities import Tenant
from web import i18n
from web.services import services

STAFF_SESSION_SECONDS = 12 * 3600


class Visit:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            connection = HTTPConnection(scope)
            scope["municipality"] = tenant = await services(connection).tenants.of_host(_host(scope["header"]))
            if tenant:
                i18n.use_time_zone(tenant.time_zone)
            scope["account"] = await _signed_in(connection, tenant) if tenant else None
        await self.app(scope, receive, send)


def _host(headers: Mapping[bytes, bytes]) -> str:
    return headers.get(b"host", b"").decode("latin-1").partition(":")[0].rstrip(".").lower()


async def _signed_in(connection: HTTPConnection, tenant: Tenant) -> Staff | None:
    """The account in the session, read anew each time so that a closed account is out at once.

    A sign-in from the future, made before a clock was set right, does not last longer for it.
    """
    signed = connection.session.get("staff")
    if signed is None or abs(time.time() - signed["at"]) > STAFF_SESSION_SECONDS:
        return None

    def find() -> Staff | None:
        with services(connection).database.read() as session:
            return accounts.signed_in(session, tenant.id, signed["id"], datetime.fromtimestamp(signed["at"], UTC))

    return await run_in_threadpool(find)
