"""The configuration: the only place that reads the environment. A wrong value stops the program at once, by name."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deliberation.storage.engine import sqlite_url


class SettingsError(Exception):
    """A configuration value that cannot be used; the text names the variable and says why."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Rates in the notation of the `limits` package."""

    votes_per_participant: str = "120/minute"
    statements_per_participant: str = "20/hour"
    newcomers_per_network: str = "600/hour"
    sign_in_per_network: str = "30/minute"


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
    hosts = _value(environment, "HIROBA_ALLOWED_HOSTS")
    return Settings(
        data_dir=data_dir,
        database_url=_database_url(_value(environment, "HIROBA_DATABASE_URL"), data_dir),
        secret_key=_value(environment, "HIROBA_SECRET_KEY") or _kept_secret(data_dir),
        base_url=_base_url(_value(environment, "HIROBA_BASE_URL")),
        allowed_hosts=tuple(h.strip() for h in hosts.split(",") if h.strip()) if hosts else ("*",),
        compute=_compute(_value(environment, "HIROBA_COMPUTE")),
        log_format=_log_format(_value(environment, "HIROBA_LOG_FORMAT")),
    )


def _value(environment: Mapping[str, str], name: str) -> str | None:
    path = environment.get(f"{name}_FILE")
    if path is None:
        return environment.get(name) or None
    try:
        return Path(path).read_text().strip() or None
    except OSError as error:
        raise SettingsError(f"{name}_FILE: {path} cannot be read: {error.strerror}") from error


def _database_url(url: str | None, data_dir: Path) -> str:
    if url is None:
        return sqlite_url(data_dir / "hiroba.db")
    if url.startswith(("postgres://", "postgresql://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingsError("HIROBA_DATABASE_URL: must begin with postgresql+psycopg:// or sqlite:///")
    return url


def _kept_secret(data_dir: Path) -> str:
    path = data_dir / "secret-key"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    except OSError as error:
        raise SettingsError(f"HIROBA_DATA_DIR: {path} cannot be written: {error.strerror}") from error
    secret = path.read_text().strip()
    if not secret:
        raise SettingsError(f"HIROBA_SECRET_KEY: {path} is empty; delete it, and a new key is made")
    return secret


def _base_url(url: str | None) -> str | None:
    if url is not None and not url.startswith(("http://", "https://")):
        raise SettingsError("HIROBA_BASE_URL: must begin with http:// or https://")
    return url.rstrip("/") if url else None


def _compute(value: str | None) -> str:
    value = value or "process"
    if value not in {"process", "inline"}:
        raise SettingsError("HIROBA_COMPUTE: must be process or inline")
    return value


def _log_format(value: str | None) -> str:
    value = value or "text"
    if value not in {"text", "json"}:
        raise SettingsError("HIROBA_LOG_FORMAT: must be text or json")
    return value
