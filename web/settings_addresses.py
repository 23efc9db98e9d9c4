"""Addresses in the configuration: what each may look like. Whatever may hold a password is never repeated."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from deliberation.storage.engine import sqlite_url

_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+")
_HOST_AND_PORT = re.compile(r"[^*\s/:@\[\]]+(:[0-9]{1,5})?")
_ALLOWED_HOST = re.compile(r"\*|(\*\.)?[^*\s/:\[\]]+|\[[0-9a-fA-F:.]+\]")


class SettingsError(Exception):
    """A configuration value that cannot be used; the text names the variable and says why."""


def database_url(url: str | None, data_dir: Path) -> str:
    if url is None:
        return sqlite_url(data_dir / "hiroba.db")
    if url.startswith(("postgres://", "postgresql://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingsError("HIROBA_DATABASE_URL: must begin with postgresql+psycopg:// or sqlite:///")
    try:
        _check_address(make_url(url))
    except (ArgumentError, ValueError) as error:  # their texts may hold the password
        raise SettingsError(
            "HIROBA_DATABASE_URL: is not an address such as postgresql+psycopg://user:password@host:5432/name; "
            "in the password, write / : @ as %2F %3A %40"
        ) from error
    return url


def _check_address(url: URL) -> None:
    """What would be misunderstood. Raises SettingsError, or ValueError."""
    if url.drivername != "sqlite":
        if set("[]@/ ") & set(url.host or ""):
            raise ValueError("this is no host")
    elif url.database in {None, "", ":memory:"}:
        raise SettingsError("HIROBA_DATABASE_URL: names no file; write sqlite:////folder/file.db")
    elif url.query:
        raise SettingsError("HIROBA_DATABASE_URL: sqlite:/// takes a path and no options after “?”")


def allowed_hosts(names: str | None) -> tuple[str, ...]:
    hosts = tuple(host for part in (names or "*").split(",") if (host := part.strip()))
    for host in hosts:
        if not _ALLOWED_HOST.fullmatch(host):
            raise SettingsError(f"HIROBA_ALLOWED_HOSTS: “{host}” is not a host name, nor *.example.org, nor *")
    if not hosts:
        raise SettingsError("HIROBA_ALLOWED_HOSTS: names no host")
    return hosts


def webhook_hosts(names: str | None) -> frozenset[str]:
    hosts = frozenset(part.strip().lower() for part in (names or "").split(",") if part.strip())
    if wrong := sorted(host for host in hosts if not _HOST_AND_PORT.fullmatch(host)):
        raise SettingsError(f"HIROBA_WEBHOOK_HOSTS: {wrong[0]} is not a host such as hooks.example.org or 10.0.0.5:8080")
    return hosts


def web_address(name: str, url: str | None, *, bare: bool = False) -> str | None:
    """An address that begins with http:// or https://, without a slash at the end; `bare`: without a question after it."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        refused = parts.fragment or (bare and parts.query)
        if not url.startswith(("http://", "https://")) or not parts.hostname or parts.port == 0 or refused:
            raise ValueError("this is no place")
    except ValueError as error:
        raise SettingsError(f"{name}: must be an address such as https://hiroba.example.org") from error
    return url.rstrip("/")


def smtp_url(url: str | None) -> str | None:
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.port == 0:
            raise ValueError("this is no place")
        (sender,) = parse_qs(parts.query)["from"]
        if not _ADDRESS.fullmatch(sender):
            raise ValueError("this is no address")
    except (ValueError, KeyError) as error:  # their texts may hold the password
        raise SettingsError(
            "HIROBA_SMTP_URL: must be an address such as smtp://user:password@mail.example.org:587?from=hiroba@example.org"
        ) from error
    return url


def is_scheduler(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(parts.hostname and parts.port) and parts.netloc == address.removeprefix("dask://") and "@" not in parts.netloc
    except ValueError:
        return False
