"""The configuration as the environment gives it, and what is said of one that cannot be used."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

from tests.support.server import HIROBA, PATIENCE_SECONDS, run, surroundings
from web.settings import Settings, from_environment
from web.settings_addresses import SettingsError

SECRET = "long enough for a secret"


def configured(folder: Path, **environment: str) -> Settings:
    return from_environment({"HIROBA_DATA_DIR": str(folder / "var"), **environment})


@pytest.mark.parametrize(
    "setting",
    [
        {"HIROBA_SECRET_KEY": "fifteen letters"},
        {"HIROBA_SECRET_KEY_FILE": "/bin/ls"},
        {"HIROBA_SECRET_KEY_FILE": "/nowhere"},
        {"HIROBA_SECRET_KEY": SECRET + "\udcff"},
        {"HIROBA_BASE_URL": "hiroba.example.org"},
        {"HIROBA_BASE_URL": "http://"},
        {"HIROBA_BASE_URL": "https://:8000"},
        {"HIROBA_BASE_URL": "https://x:port"},
        {"HIROBA_BASE_URL": "https://x/?y"},
        {"HIROBA_ALLOWED_HOSTS": "*.*.x"},
        {"HIROBA_ALLOWED_HOSTS": "a.example.org, *x"},
        {"HIROBA_ALLOWED_HOSTS": "https://x"},
        {"HIROBA_ALLOWED_HOSTS": "x:8000"},
        {"HIROBA_ALLOWED_HOSTS": ","},
        {"HIROBA_DATABASE_URL": "mysql://x"},
        {"HIROBA_DATABASE_URL": "sqlite:///"},
        {"HIROBA_DATABASE_URL": "sqlite:///:memory:"},
        {"HIROBA_DATABASE_URL": "sqlite:///x.db?mode=ro"},
        {"HIROBA_DATABASE_URL": "postgresql://127.0.0.1:port/x"},
        {"HIROBA_DATABASE_URL": "postgresql+psycopg://[bad/x"},
        {"HIROBA_COMPUTE": "abacus"},
        {"HIROBA_COMPUTE": "dask://"},
        {"HIROBA_COMPUTE": "dask://10.0.0.5"},
        {"HIROBA_COMPUTE": "dask://:8786"},
        {"HIROBA_COMPUTE": "dask://10.0.0.5:0"},
        {"HIROBA_COMPUTE": "dask://10.0.0.5:port"},
        {"HIROBA_COMPUTE": "dask://10.0.0.5:8786/status"},
        {"HIROBA_COMPUTE": "dask://mei:sesame@10.0.0.5:8786"},
        {"HIROBA_COMPUTE": "tcp://10.0.0.5:8786"},
        {"HIROBA_LOG_FORMAT": "poem"},
        {"HIROBA_SMTP_URL": "mail.example.org"},
        {"HIROBA_SMTP_URL": "smtp://mail.example.org:25"},
        {"HIROBA_SMTP_URL": "smtp://mail.example.org:port?from=a@example.org"},
        {"HIROBA_SMTP_URL": "smtp://mail.example.org?from=somebody"},
        {"HIROBA_TRANSLATE_URL": "translate.example.org"},
        {"HIROBA_TRANSLATE_URL": "http://:5000"},
        {"HIROBA_OIDC_CLIENT_ID": "hiroba"},
        {"HIROBA_OFFLINE": "no"},
        {"HIROBA_ATTACHMENT_MEGABYTES": "0"},
        {"HIROBA_ATTACHMENT_MEGABYTES": "ten"},
        {"HIROBA_WEBHOOK_HOSTS": "https://hooks.example.org"},
        {"HIROBA_WEBHOOK_HOSTS": "10.0.0.5:8080,*"},
    ],
    ids=lambda setting: "=".join(next(iter(setting.items()))).encode("ascii", "replace").decode(),
)
def test_a_wrong_value_is_refused_by_name(tmp_path: Path, setting: dict[str, str]) -> None:
    [name] = setting
    with pytest.raises(SettingsError) as refused:
        configured(tmp_path, **setting)
    told = {"HIROBA_OIDC_CLIENT_ID": "HIROBA_OIDC_ISSUER"}.get(name, name)  # the one that is missing
    assert str(refused.value).startswith(f"{told}: ")


@pytest.mark.parametrize("url", ["postgresql://mei:sesame@127.0.0.1:port/x", "postgresql://mei:ses@me@127.0.0.1/x"])
def test_an_address_that_is_not_understood_is_not_repeated_with_its_password(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError) as refused:
        configured(tmp_path, HIROBA_DATABASE_URL=url)
    assert "ses" not in str(refused.value)


@pytest.mark.parametrize("hosts", ["*", "hiroba.example.org", "*.example.org, localhost", "[::1],127.0.0.1", "hiroba_web"])
def test_host_names_and_patterns_are_taken(tmp_path: Path, hosts: str) -> None:
    assert configured(tmp_path, HIROBA_ALLOWED_HOSTS=hosts).allowed_hosts == tuple(hosts.replace(" ", "").split(","))


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_goes_by_its_usual_names(tmp_path: Path, scheme: str) -> None:
    url = configured(tmp_path, HIROBA_DATABASE_URL=f"{scheme}://mei:ses%40me@[::1]:5433/square?sslmode=require").database_url
    assert url == "postgresql+psycopg://mei:ses%40me@[::1]:5433/square?sslmode=require"


@pytest.mark.parametrize("compute", ["process", "inline", "dask://10.0.0.5:8786", "dask://[::1]:8786", "dask://scheduler:8786"])
def test_where_analyses_are_computed_goes_by_name_or_address(tmp_path: Path, compute: str) -> None:
    database = "postgresql://mei@database/square"
    assert configured(tmp_path, HIROBA_COMPUTE=compute, HIROBA_DATABASE_URL=database).compute == compute


def test_a_cluster_is_refused_where_the_database_is_a_file_on_this_machine(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"HIROBA_COMPUTE: dask:// needs PostgreSQL"):
        configured(tmp_path, HIROBA_COMPUTE="dask://10.0.0.5:8786")


def test_a_secret_is_made_once_and_one_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    assert configured(tmp_path).secret_key == configured(tmp_path).secret_key
    for cut, what in (("", "is empty"), ("abc", "is too short")):
        (tmp_path / "var" / "secret-key").write_text(cut)
        with pytest.raises(SettingsError, match=f"HIROBA_SECRET_KEY: .*secret-key {what}"):
            configured(tmp_path)


def test_values_may_stand_in_files(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{SECRET}\n")
    assert configured(tmp_path, HIROBA_SECRET_KEY_FILE=str(tmp_path / "key")).secret_key == SECRET


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:////nope/x.db", "sqlite:////nope/x.db cannot be used: unable to open"),
        ("sqlite:///{folder}", "cannot be used: unable to open"),
        ("sqlite:///{folder}/junk.db", "junk.db cannot be used: file is not a database"),
        ("postgresql://nohost.invalid/x", "nohost.invalid/x cannot be used: "),
        ("postgresql://mei:sesame@127.0.0.1:1/x", "mei:***@127.0.0.1:1/x cannot be used: connection failed"),
        (
            "postgres://mei:sesame@127.0.0.1:1/x?connect_timeout=abc",
            "127.0.0.1:1/x cannot be used: bad value for connect_timeout",
        ),
        ("postgresql://mei:sesame@127.0.0.1:1/x?password=sesame&foo=1", "cannot be used: invalid connection option"),
        ("postgresql://mei:sesame@127.0.0.1:abc/x", "HIROBA_DATABASE_URL: "),
        ("sqlite:///", "HIROBA_DATABASE_URL: names no file"),
    ],
)
def test_a_database_that_cannot_be_used_is_one_line_without_its_password(tmp_path: Path, url: str, said: str) -> None:
    (tmp_path / "junk.db").write_text("not a database " * 500)
    ended = subprocess.run(
        [*HIROBA, "migrate"],
        env={**surroundings(tmp_path / "var"), "HIROBA_DATABASE_URL": url.format(folder=tmp_path)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (1, "", 1)
    assert ended.stderr.startswith("hiroba: ")
    assert said in ended.stderr
    assert "sesame" not in ended.stderr


@pytest.mark.parametrize("mask", [0o000, 0o022])
def test_the_embedded_database_is_for_its_owner_alone(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        assert run(tmp_path / "var", "migrate").returncode == 0
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "var").iterdir()}
    assert modes == {"hiroba.db": 0o600, "secret-key": 0o600}


def test_help_is_there_without_loading_the_mathematics(tmp_path: Path) -> None:
    code = "import sys, web.cli; print({'numpy', 'scipy', 'sklearn'} & sys.modules.keys())"
    told = subprocess.run([*HIROBA[:2], code], env=surroundings(tmp_path), capture_output=True, text=True, timeout=30, check=True)
    assert told.stdout == "set()\n"


def test_hosts_that_webhooks_may_always_go_to_are_listed_with_or_without_a_port(tmp_path: Path) -> None:
    assert configured(tmp_path, HIROBA_WEBHOOK_HOSTS=" 10.0.0.5:8080, Hooks.example.org,").webhook_hosts == {
        "10.0.0.5:8080",
        "hooks.example.org",
    }


@pytest.mark.parametrize(("value", "offline"), [("", True), ("on", True), ("off", False)])
def test_the_app_without_a_network_can_be_turned_off(tmp_path: Path, value: str, offline: bool) -> None:
    assert configured(tmp_path, HIROBA_OFFLINE=value).offline is offline
