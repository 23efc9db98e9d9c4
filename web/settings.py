"""The configuration: the only place that reads the environment. A wrong value stops the program at once, by name."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from web.settings_addresses import (
    SettingsError,
    allowed_hosts,
    database_url,
    is_scheduler,
    smtp_url,
    web_address,
    webhook_hosts,
)

SHORTEST_SECRET = 16
MEGABYTE = 1024 * 1024
USUAL_ATTACHMENT, LARGEST_ATTACHMENT = 10, 100


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
    value = partial(_value, environment)
    data_dir = Path(value("HIROBA_DATA_DIR") or "var").absolute()
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"HIROBA_DATA_DIR: {data_dir} cannot be made: {error.strerror}") from error
    database = database_url(value("HIROBA_DATABASE_URL"), data_dir)
    return Settings(
        data_dir=data_dir,
        database_url=database,
        secret_key=_secret(value("HIROBA_SECRET_KEY")) or _kept_secret(data_dir),
        base_url=web_address("HIROBA_BASE_URL", value("HIROBA_BASE_URL"), bare=True),
        allowed_hosts=allowed_hosts(value("HIROBA_ALLOWED_HOSTS")),
        compute=_with_database(compute(environment), database),
        log_format=_log_format(value("HIROBA_LOG_FORMAT")),
        smtp_url=smtp_url(value("HIROBA_SMTP_URL")),
        translate_url=web_address("HIROBA_TRANSLATE_URL", value("HIROBA_TRANSLATE_URL")),
        identity_provider=_identity_provider(environment),
        attachment_limit=_attachment_limit(value("HIROBA_ATTACHMENT_MEGABYTES")),
        webhook_hosts=webhook_hosts(value("HIROBA_WEBHOOK_HOSTS")),
        offline=_offline(value("HIROBA_OFFLINE")),
    )


def compute(environment: Mapping[str, str] = os.environ) -> str:
    """Where to compute, for commands that need nothing else of the settings. Raises SettingsError."""
    value = _value(environment, "HIROBA_COMPUTE") or "process"
    if value in {"process", "inline"}:
        return value
    if not value.startswith("dask://"):
        raise SettingsError("HIROBA_COMPUTE: must be process, inline or dask://HOST:PORT")
    if not is_scheduler(value):
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


def _secret(value: str | None) -> str | None:
    if value is not None and len(value) < SHORTEST_SECRET:
        raise SettingsError(f"HIROBA_SECRET_KEY: must have at least {SHORTEST_SECRET} characters")
    return value


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


def _identity_provider(environment: Mapping[str, str]) -> IdentityProvider | None:
    names = ("HIROBA_OIDC_ISSUER", "HIROBA_OIDC_CLIENT_ID", "HIROBA_OIDC_CLIENT_SECRET")
    values = [_value(environment, name) for name in names]
    if not any(values):
        return None
    for name, value in zip(names, values, strict=True):
        if value is None:
            raise SettingsError(f"{name}: is missing; signing in with OpenID Connect needs {', '.join(names)}")
    issuer = web_address(names[0], values[0])
    return IdentityProvider(issuer or "", values[1] or "", values[2] or "")


def _with_database(compute: str, database: str) -> str:
    if compute.startswith("dask://") and database.startswith("sqlite:"):
        raise SettingsError(
            "HIROBA_COMPUTE: dask:// needs PostgreSQL (HIROBA_DATABASE_URL), which the cluster’s machines can reach; "
            "the embedded database is a file on this one"
        )
    return compute


def _attachment_limit(value: str | None) -> int:
    if value is None:
        return USUAL_ATTACHMENT * MEGABYTE
    if not (value.isascii() and value.isdecimal() and 1 <= int(value) <= LARGEST_ATTACHMENT):
        raise SettingsError(f"HIROBA_ATTACHMENT_MEGABYTES: must be a whole number from 1 to {LARGEST_ATTACHMENT}")
    return int(value) * MEGABYTE


def _offline(value: str | None) -> bool:
    if value not in {None, "on", "off"}:
        raise SettingsError("HIROBA_OFFLINE: must be on or off")
    return value != "off"


def _log_format(value: str | None) -> str:
    value = value or "text"
    if value not in {"text", "json"}:
        raise SettingsError("HIROBA_LOG_FORMAT: must be text or json")
    return value
