"""What the application holds while it runs."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from jinja2 import Environment
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from deliberation import municipalities
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.writer import Writer
from web.dashboards import Dashboards
from web.limits import RateLimits
from web.settings import Settings

TENANTS_ARE_FRESH_FOR_SECONDS = 5.0


@dataclass(slots=True)
class Tenants:
    """Which municipality a host name stands for; read again every few seconds."""

    database: Database
    _known: list[Tenant] = field(default_factory=list)
    _read_at: float = 0.0

    async def of_host(self, host: str) -> Tenant | None:
        """The municipality of this host; the first one serves the hosts that no other claims."""
        if not self._known or time.monotonic() - self._read_at > TENANTS_ARE_FRESH_FOR_SECONDS:
            self._known = await run_in_threadpool(self._read)
            self._read_at = time.monotonic()
        by_host = (tenant for tenant in self._known if tenant.host == host)
        return next(by_host, self._known[0] if self._known else None)

    def forget(self) -> None:
        """Read them again at the next request, because something about them was changed."""
        self._known = []

    def _read(self) -> list[Tenant]:
        with self.database.read() as session:
            return municipalities.everyone(session)


@dataclass(slots=True)
class Services:
    settings: Settings
    database: Database
    writer: Writer
    tenants: Tenants
    templates: dict[str, Environment]
    limits: RateLimits
    url: Callable[..., str]
    """The path of a route by name and parameters."""
    dashboards: Dashboards


def services(connection: HTTPConnection) -> Services:
    found: Services = connection.app.state.services
    return found
