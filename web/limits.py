"""How much one participant or one network may send."""

import ipaddress
import time
from datetime import UTC, datetime, timedelta

import limits
from limits.strategies import FixedWindowRateLimiter

from deliberation.errors import TooMany, TooManyUntil
from web.settings import Limits

SWEEP_SECONDS = 60
A_MOMENT = timedelta(minutes=2)
"""So long people wait without being told how long."""


class _Memory(limits.storage.MemoryStorage):
    """The library starts a thread to sweep out what has expired, up to a hundred times a second; once a minute is enough.

    Starting a thread waits for the interpreter lock, and that held up every hundredth of a second of voting.
    """

    _swept_at = 0.0

    def _MemoryStorage__schedule_expiry(self) -> None:  # noqa: N802  the library's own name for it
        if time.monotonic() - self._swept_at > SWEEP_SECONDS:
            self._swept_at = time.monotonic()
            super()._MemoryStorage__schedule_expiry()  # type: ignore[misc]


class RateLimits:
    def __init__(self, rates: Limits) -> None:
        self._limiter = FixedWindowRateLimiter(_Memory())
        self._rates = {name: limits.parse(getattr(rates, name)) for name in Limits.__dataclass_fields__}

    def count(self, rate: str, who: str, uses: int = 1) -> None:
        """Count uses of the named rate. Raises TooMany."""
        if not self._limiter.hit(self._rates[rate], rate, who, cost=uses):
            raise self._too_many(rate, who)

    def check(self, rate: str, who: str) -> None:
        """Raise TooMany when the named rate is used up; for what counts only once it has succeeded, or failed."""
        if not self._limiter.test(self._rates[rate], rate, who):
            raise self._too_many(rate, who)

    def _too_many(self, rate: str, who: str) -> TooMany:
        again = datetime.fromtimestamp(self._limiter.get_window_stats(self._rates[rate], rate, who).reset_time, UTC)
        return TooMany() if again - datetime.now(UTC) < A_MOMENT else TooManyUntil(again=again)


def network(host: str | None) -> str:
    """The network an address belongs to: the address itself in IPv4, its /64 in IPv6."""
    try:
        address = ipaddress.ip_address(host or "")
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
