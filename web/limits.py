"""How much one participant or one network may send."""

import ipaddress

import limits
from limits.strategies import FixedWindowRateLimiter

from deliberation.errors import TooMany
from web.settings import Limits


class RateLimits:
    def __init__(self, rates: Limits) -> None:
        self._limiter = FixedWindowRateLimiter(limits.storage.MemoryStorage())
        self._rates = {name: limits.parse(getattr(rates, name)) for name in Limits.__dataclass_fields__}

    def count(self, rate: str, who: str) -> None:
        """Count one use of the named rate. Raises TooMany."""
        if not self._limiter.hit(self._rates[rate], rate, who):
            raise TooMany()


def network(host: str | None) -> str:
    """The network an address belongs to: the address itself in IPv4, its /64 in IPv6."""
    try:
        address = ipaddress.ip_address(host or "")
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
