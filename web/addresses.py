"""Whole addresses, for what leaves the browser: links to hand on, codes to scan, sheets of paper."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from starlette.requests import Request

from deliberation.municipalities import Tenant
from web.http import municipality
from web.services import services

SPACE = UUID("7b1d5a8e-93b0-4a51-9a86-0f6b1f6a2c11")
"""Names in it are those of what readers and calendars keep from us, whatever host they read it from."""


def address_of(tenant: Tenant, base_url: str) -> str:
    """Where the municipality's pages begin: under its own host name, when it has one."""
    base = urlsplit(base_url)
    if tenant.host is None:
        return base.geturl()
    return base._replace(netloc=f"{tenant.host}:{base.port}" if base.port else tenant.host).geturl()


def absolute(request: Request, name: str, **params: Any) -> str:
    """The whole address of a route: as configured, else as this visitor came."""
    configured = services(request).settings.base_url
    base = address_of(municipality(request), configured) if configured else str(request.base_url).rstrip("/")
    return base + services(request).url(name, **params)


def lasting_name(of: str) -> str:
    return uuid5(SPACE, of).urn


def readable(address: str) -> str:
    """As people write it down and type it: without https://."""
    return address.removeprefix("https://")
