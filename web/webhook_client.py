"""Posting a message to an address that a stranger gave: only to the public internet, never onward, never for long.

The name is resolved anew for every message, and the connection is made to the address that was looked at, so that a name which
leads elsewhere a moment later leads nowhere. The certificate must be that of the name.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import httpx2

SECONDS = 5.0
"""For all of it: the name, the connection, the answer."""
LARGEST_ANSWER = 4096
"""In bytes; what comes after is not read."""
_ODD = tuple(
    map(ipaddress.ip_network, ("64:ff9b::/32", "::/8", "fec0::/10", "3fff::/20", "5f00::/16", "192.0.0.0/24", "168.63.129.16/32"))
)
"""Translated, old or documented addresses that lead into networks nobody should reach from here, whatever Python calls them."""
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotDelivered(Exception):
    """Nobody took the message; the text says why."""


class AddressRefused(NotDelivered):
    """Nothing is sent to such an address."""


@dataclass(frozen=True, slots=True)
class Answered:
    status: int
    body: bytes

    @property
    def taken(self) -> bool:
        return 200 <= self.status < 300


def post(url: str, body: bytes, headers: Mapping[str, str], allowed: Collection[str]) -> Answered:
    """`allowed`: hosts (or host:port) that may be anywhere and without TLS. Raises NotDelivered."""
    return asyncio.run(_within_seconds(url, body, headers, allowed))


def check(url: str, allowed: Collection[str]) -> None:
    """Whether anything would be sent there. Raises NotDelivered."""
    asyncio.run(_checked(urlsplit(url), allowed))


async def _within_seconds(url: str, body: bytes, headers: Mapping[str, str], allowed: Collection[str]) -> Answered:
    try:
        async with asyncio.timeout(SECONDS):
            return await _post(urlsplit(url), body, headers, allowed)
    except TimeoutError as error:
        raise NotDelivered(f"no answer within {SECONDS:.0f} seconds") from error
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        raise NotDelivered(f"{type(error).__name__}: {error}") from error


async def _post(parts: SplitResult, body: bytes, headers: Mapping[str, str], allowed: Collection[str]) -> Answered:
    address = await _checked(parts, allowed)
    host, port = parts.hostname or "", parts.port or _usual_port(parts)
    there = httpx2.URL(parts.geturl()).copy_with(host=str(address), port=port)
    sent = {**headers, "Host": parts.netloc, "Connection": "close"}
    # No proxy and no password from the environment, only whom to trust (SSL_CERT_FILE), which a house with an authority of its
    # own says there; a redirect would lead to an address that nobody looked at.
    trusted = httpx2.create_ssl_context()
    async with httpx2.AsyncClient(trust_env=False, verify=trusted, follow_redirects=False, timeout=SECONDS) as client:
        wanted = client.build_request("POST", there, content=body, headers=sent, extensions={"sni_hostname": host})
        answer = await client.send(wanted, stream=True)
        try:
            return Answered(answer.status_code, await _beginning(answer))
        finally:
            await answer.aclose()


async def _beginning(answer: httpx2.Response) -> bytes:
    read = b""
    async for piece in answer.aiter_raw():
        read += piece
        if len(read) >= LARGEST_ANSWER:
            break
    return read[:LARGEST_ANSWER]


async def _checked(parts: SplitResult, allowed: Collection[str]) -> Address:
    """Where to connect to. Raises AddressRefused."""
    host, port = parts.hostname or "", parts.port or _usual_port(parts)
    trusted = host in allowed or f"{host}:{port}" in allowed
    if parts.scheme != "https" and not trusted:
        raise AddressRefused("the address does not begin with https://")
    found = await _resolved(host, port)
    if not trusted and not all(is_public(address) for address in found):
        raise AddressRefused(f"{host} is not on the public internet")
    return found[0]


async def _resolved(host: str, port: int) -> list[Address]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressRefused(f"{host} is not known") from error
    return [ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in found]


def is_public(address: Address) -> bool:
    """Not private, of this machine, of this link, for many, reserved, or another network's address in disguise."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address.sixtofour is not None or address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast and not any(address in network for network in _ODD)


def _usual_port(parts: SplitResult) -> int:
    return 443 if parts.scheme == "https" else 80
