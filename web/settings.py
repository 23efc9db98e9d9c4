"""The configuration: the only place that reads the environment. A wrong value stops the program at once, by name."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from deliberation.storage.engine import sqlite_url

SHORTEST_SECRET = 16
MEGABYTE = 1024 * 1024
USUAL_ATTACHMENT, LARGEST_ATTACHMENT = 10, 100
_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+")
_HOST_AND_PORT = re.compile(r"[^*\s/:@\[\]]+(:[0-9]{1,5})?")
_ALLOWED_HOST = re.compile(r"\*|(\*\.)?[^*\s/:\[\]]+|\[[0-9a-fA-F:.]+\]")


class SettingsError(Exception):
    """A configuration value that cannot be used; the text names the variable and says why."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Rates in the notation of the `limits` package."""

    votes_per_participant: str = "120/minute"
    statements_per_participant: str = "20/hour"
    batches_per_participant: str = "240/minute"
    entries_per_participant: str = "600/5 minutes"
    """What waited on a device comes in batches; both are counted, so that an evening of votes can be sent and a flood cannot."""
    comments_per_participant: str = "20/hour"
    proposals_per_participant: str = "5/day"
    support_per_participant: str = "60/minute"
    corrections_per_participant: str = "30/hour"
    newcomers_per_network: str = "600/hour"
    sign_in_per_network: str = "30/minute"
    recoveries_per_network: str = "20/hour"
    recovery_codes_per_participant: str = "10/hour"
    follows_per_network: str = "30/hour"
    webhooks_per_network: str = "20/hour"
    mails_per_address: str = "3/day"
    residents_sign_in_per_network: str = "120/minute"
    invitations_per_network: str = "60/minute"
    downloads_per_network: str = "120/hour"
    sheets_per_network: str = "60/hour"
    """Reports as PDF: each takes seconds of a processor unless it was made before."""


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """An OpenID Connect provider, and how it knows us."""

    issuer: str
    client_id: str
    client_secret: str

    @property
    def name(self) -> str:
        """Whom residents sign in with, as they can recognise it in the address bar."""
        return urlsplit(self.issuer).hostname or self.issuer


@dataclass(frozen=True, slots=True)
class Settings:
    data_dir: Path
    database_url: str
    secret_key: str
    base_url: str | None = None
    allowed_hosts: tuple[str, ...] = ("*",)
    compute: str = "process"
    log_format: str = "text"
    limits: Limits = Limits()
    smtp_url: str | None = None
    """smtp://user:password@host:587?from=address for a connection that turns to TLS where it can, smtps:// for TLS throughout."""
    translate_url: str | None = None
    """A LibreTranslate-compatible service; its key as ?api_key=…"""
    identity_provider: IdentityProvider | None = None
    attachment_limit: int = USUAL_ATTACHMENT * MEGABYTE
    """Bytes that an attached file may have."""
    streams_per_network: int = 200
    """Screens in one network that may follow the dashboard live; further ones fetch it now and then."""
    webhook_hosts: frozenset[str] = frozenset()
    """Hosts, or host:port, that webhooks may be sent to although they are private or without TLS."""
    offline: bool = True
    """Whether the pages install themselves as an app that works without a network; `False` takes it away from every device."""

    def has_address(self, host: str | None) -> bool:
        """Whether links to the municipality with this host lead somewhere, for whoever is not on its pages."""
        return self.base_url is not None or host is not None

    def can_mail(self, host: str | None) -> bool:
        """Whether mail can be sent to residents of the municipality with this host, and its links lead somewhere."""
        return self.smtp_url is not None and self.has_address(host)

    @property
    def secure_cookies(self) -> bool:
        return self.base_url is not None and self.base_url.startswith("https://")


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read `HIROBA_*`, each also as `*_FILE`. Raises SettingsError.

    Makes the data folder and the secret key when they are absent.
    """
    data_dir = Path(_value(environment, "HIROBA_DATA_DIR") or "var").absolute()
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"HIROBA_DATA_DIR: {data_dir} cannot be made: {error.strerror}") from error
    database_url = _database_url(_value(environment, "HIROBA_DATABASE_URL"), data_dir)
    return Settings(
        data_dir=data_dir,
        database_url=database_url,
        secret_key=_secret(_value(environment, "HIROBA_SECRET_KEY")) or _kept_secret(data_dir),
        base_url=_base_url(_value(environment, "HIROBA_BASE_URL")),
        allowed_hosts=_allowed_hosts(_value(environment, "HIROBA_ALLOWED_HOSTS")),
        compute=_with_database(compute(environment), database_url),
        log_format=_log_format(_value(environment, "HIROBA_LOG_FORMAT")),
        smtp_url=_smtp_url(_value(environment, "HIROBA_SMTP_URL")),
        translate_url=_web_address("HIROBA_TRANSLATE_URL", _value(environment, "HIROBA_TRANSLATE_URL")),
        identity_provider=_identity_provider(environment),
        attachment_limit=_megabytes("HIROBA_ATTACHMENT_MEGABYTES", _value(environment, "HIROBA_ATTACHMENT_MEGABYTES")),
        webhook_hosts=_hosts("HIROBA_WEBHOOK_HOSTS", _value(environment, "HIROBA_WEBHOOK_HOSTS")),
        offline=_switch("HIROBA_OFFLINE", _value(environment, "HIROBA_OFFLINE")),
    )


def compute(environment: Mapping[str, str] = os.environ) -> str:
    """Where to compute, for commands that need nothing else of the settings. Raises SettingsError."""
    value = _value(environment, "HIROBA_COMPUTE") or "process"
    if value in {"process", "inline"}:
        return value
    if not value.startswith("dask://"):
        raise SettingsError("HIROBA_COMPUTE: must be process, inline or dask://HOST:PORT")
    if not _is_scheduler(value):
        raise SettingsError("HIROBA_COMPUTE: must name the Dask scheduler’s host and port, such as dask://10.0.0.5:8786")
    return value


def _value(environment: Mapping[str, str], name: str) -> str | None:
    path = environment.get(f"{name}_FILE")
    if path is None:
        return _readable(name, environment.get(name)) or None
    return _content(f"{name}_FILE", Path(path)) or None


def _readable(name: str, value: str | None) -> str | None:
    try:
        (value or "").encode()
    except UnicodeEncodeError as error:
        raise SettingsError(f"{name}: is not UTF-8") from error
    return value


def _content(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{name}: {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{name}: {path} is not a text in UTF-8") from error


def _database_url(url: str | None, data_dir: Path) -> str:
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


def _secret(value: str | None) -> str | None:
    if value is not None and len(value) < SHORTEST_SECRET:
        raise SettingsError(f"HIROBA_SECRET_KEY: must have at least {SHORTEST_SECRET} characters")
    return value


def _allowed_hosts(names: str | None) -> tuple[str, ...]:
    hosts = tuple(host for part in (names or "*").split(",") if (host := part.strip()))
    for host in hosts:
        if not _ALLOWED_HOST.fullmatch(host):
            raise SettingsError(f"HIROBA_ALLOWED_HOSTS: “{host}” is not a host name, nor *.example.org, nor *")
    if not hosts:
        raise SettingsError("HIROBA_ALLOWED_HOSTS: names no host")
    return hosts


def _kept_secret(data_dir: Path) -> str:
    path = data_dir / "secret-key"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    except OSError as error:
        raise SettingsError(f"HIROBA_DATA_DIR: {path} cannot be written: {error.strerror}") from error
    secret = _content("HIROBA_SECRET_KEY", path)
    if len(secret) < SHORTEST_SECRET:
        what = "is too short" if secret else "is empty"
        raise SettingsError(f"HIROBA_SECRET_KEY: {path} {what}; delete it, and a new key is made")
    return secret


def _base_url(url: str | None) -> str | None:
    if url is None:
        return None
    if not url.startswith(("http://", "https://")):
        raise SettingsError("HIROBA_BASE_URL: must begin with http:// or https://")
    try:
        parts = urlsplit(url)
        if not parts.hostname or parts.port == 0 or parts.query or parts.fragment:
            raise ValueError("this is no place")
    except ValueError as error:
        raise SettingsError("HIROBA_BASE_URL: must be an address such as https://hiroba.example.org") from error
    return url.rstrip("/")


def _web_address(name: str, url: str | None) -> str | None:
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0 or parts.fragment:
            raise ValueError("this is no place")
    except ValueError as error:
        raise SettingsError(f"{name}: must be an address that begins with http:// or https://") from error
    return url.rstrip("/")


def _smtp_url(url: str | None) -> str | None:
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


def _identity_provider(environment: Mapping[str, str]) -> IdentityProvider | None:
    names = ("HIROBA_OIDC_ISSUER", "HIROBA_OIDC_CLIENT_ID", "HIROBA_OIDC_CLIENT_SECRET")
    values = [_value(environment, name) for name in names]
    if not any(values):
        return None
    for name, value in zip(names, values, strict=True):
        if value is None:
            raise SettingsError(f"{name}: is missing; signing in with OpenID Connect needs {', '.join(names)}")
    issuer = _web_address(names[0], values[0])
    return IdentityProvider(issuer or "", values[1] or "", values[2] or "")


def _with_database(compute: str, database_url: str) -> str:
    if compute.startswith("dask://") and database_url.startswith("sqlite:"):
        raise SettingsError(
            "HIROBA_COMPUTE: dask:// needs PostgreSQL (HIROBA_DATABASE_URL), which the cluster’s machines can reach; "
            "the embedded database is a file on this one"
        )
    return compute


def _is_scheduler(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(parts.hostname and parts.port) and parts.netloc == address.removeprefix("dask://") and "@" not in parts.netloc
    except ValueError:
        return False


def _hosts(name: str, value: str | None) -> frozenset[str]:
    hosts = frozenset(part.strip().lower() for part in (value or "").split(",") if part.strip())
    if wrong := sorted(host for host in hosts if not _HOST_AND_PORT.fullmatch(host)):
        raise SettingsError(f"{name}: {wrong[0]} is not a host such as hooks.example.org or 10.0.0.5:8080")
    return hosts


def _megabytes(name: str, value: str | None) -> int:
    if value is None:
        return USUAL_ATTACHMENT * MEGABYTE
    if not (value.isascii() and value.isdecimal() and 1 <= int(value) <= LARGEST_ATTACHMENT):
        raise SettingsError(f"{name}: must be a whole number from 1 to {LARGEST_ATTACHMENT}")
    return int(value) * MEGABYTE


def _switch(name: str, value: str | None) -> bool:
    if value not in {None, "on", "off"}:
        raise SettingsError(f"{name}: must be on or off")
    return value != "off"


def _log_format(value: str | None) -> str:
    value = value or "text"
    if value not in {"text", "json"}:
        raise SettingsError("HIROBA_LOG_FORMAT: must be text or json")
    return value
