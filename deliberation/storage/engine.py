"""The database, and every difference between SQLite and PostgreSQL."""

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Connection, Engine, Float, Integer, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlmodel import Session

BIG_KEY = BigInteger().with_variant(Integer(), "sqlite")
"""A primary key for tables that may hold more than two billion rows; SQLite counts only `INTEGER` up by itself."""

BUSY_TIMEOUT_SECONDS = 15
LARGEST_BATCH = 256
"""Actions in one transaction."""

JULIAN_DAY_OF_1970 = 2440587.5

POSTGRESQL_TRANSIENT = frozenset({"40001", "40P01", "55P03"})
"""Serialisation failure, deadlock, lock not available."""


class Database:
    """Two engines on one database: `read` for consistent reading, `write` for one transaction that changes something.

    On SQLite the driver's own transaction handling is off: reading begins with `BEGIN`, writing with `BEGIN IMMEDIATE`, so that a
    writer waits at the beginning (up to the busy timeout) and savepoints work.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.embedded = self.url.get_backend_name() == "sqlite"
        shelves = ("decks", "people", "group_history", "moments", "report_contents", "owing")
        self._shared: dict[str, Any] = {shelf: {} for shelf in shelves}
        if self.embedded:
            self.reader = _sqlite_engine(url, "BEGIN")
            self.writer = _sqlite_engine(url, "BEGIN IMMEDIATE")
        else:
            self.reader = self.writer = create_engine(url, pool_size=10, max_overflow=20, pool_pre_ping=True)
        event.listen(self.writer, "before_cursor_execute", _count_writes)

    @contextmanager
    def read(self) -> Iterator[Session]:
        with Session(self.reader, expire_on_commit=False, info=self._shared) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are committed at the end, or all undone when anything is raised."""
        with Session(self.writer, expire_on_commit=False, info=self._shared) as session, session.begin():
            yield session

    def is_transient(self, error: DBAPIError) -> bool:
        """Whether the same work may succeed when tried again."""
        if self.embedded:
            return getattr(error.orig, "sqlite_errorcode", None) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
        return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in POSTGRESQL_TRANSIENT

    def dispose(self) -> None:
        self.reader.dispose()
        self.writer.dispose()


def writes(connection: Connection) -> int:
    """How many statements other than queries this connection has run; what is equal before and after has written nothing."""
    count: int = connection.info.get("writes", 0)
    return count


def sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"


class Seconds(GenericFunction[float]):
    """A moment in a column as seconds since 1970, to the millisecond, reckoned by the database: far cheaper than moments."""

    name = "hiroba_seconds"
    type = Float()
    inherit_cache = True


@compiles(Seconds, "sqlite")
def _seconds_on_sqlite(seconds: Seconds, compiler: SQLCompiler, **options: Any) -> str:
    return f"(julianday({compiler.process(seconds.clauses, **options)}) - {JULIAN_DAY_OF_1970}) * 86400.0"


@compiles(Seconds, "postgresql")
def _seconds_on_postgresql(seconds: Seconds, compiler: SQLCompiler, **options: Any) -> str:
    return f"extract(epoch from {compiler.process(seconds.clauses, **options)})::double precision"


class WholeHours(GenericFunction[int]):
    """The hour of a moment in a column, as whole hours since 1970."""

    name = "hiroba_hours"
    type = BigInteger()
    inherit_cache = True


@compiles(WholeHours, "sqlite")
def _hours_on_sqlite(hours: WholeHours, compiler: SQLCompiler, **options: Any) -> str:
    return f"unixepoch({compiler.process(hours.clauses, **options)}) / 3600"


@compiles(WholeHours, "postgresql")
def _hours_on_postgresql(hours: WholeHours, compiler: SQLCompiler, **options: Any) -> str:
    return f"floor(extract(epoch from {compiler.process(hours.clauses, **options)}) / 3600)::bigint"


def horizon(connection: Connection) -> tuple[int, int]:
    """Numbers of transactions that change something: all below the first have ended, none from the second on had begun.

    For PostgreSQL, where several write at a time and what got its id first may be committed last.
    """
    row = connection.exec_driver_sql(
        "SELECT pg_snapshot_xmin(now)::text::bigint, pg_snapshot_xmax(now)::text::bigint FROM pg_current_snapshot() AS now"
    ).one()
    return row[0], row[1]


class Upsert:
    """An INSERT for either database, built once, for when a row with the same key may exist.

    That row then takes over what is `replacing` its values and adds up what is `adding` to them; without either it stays.
    """

    def __init__(self, table: Table, *, key: Sequence[str], replacing: Sequence[str] = (), adding: Sequence[str] = ()) -> None:
        self._statements: dict[str, Any] = {"sqlite": sqlite.insert(table), "postgresql": postgresql.insert(table)}
        for backend, insert in self._statements.items():
            changes: dict[str, Any] = {name: insert.excluded[name] for name in replacing}
            changes |= {name: table.c[name] + insert.excluded[name] for name in adding}
            self._statements[backend] = (
                insert.on_conflict_do_update(index_elements=key, set_=changes)
                if changes
                else insert.on_conflict_do_nothing(index_elements=key)
            )

    def statement(self, backend: str) -> Any:
        return self._statements[backend]

    def run(self, connection: Connection, rows: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> None:
        connection.execute(self.statement(connection.dialect.name), rows)


def count_write(connection: Connection) -> None:
    connection.info["writes"] = connection.info.get("writes", 0) + 1


def _count_writes(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
    if not statement.startswith("SELECT"):
        count_write(connection)


def _sqlite_engine(url: str, begin: str) -> Engine:
    engine = create_engine(
        url, connect_args={"timeout": BUSY_TIMEOUT_SECONDS, "check_same_thread": False}, pool_size=10, max_overflow=40
    )

    @event.listens_for(engine, "do_connect")
    def _make_private(_dialect: object, _record: object, arguments: Sequence[Any], _options: object) -> None:
        """A new file, and what SQLite puts beside it, is for its owner alone, whatever the umask says."""
        with suppress(OSError):  # it is there already, or SQLite will say why it cannot be
            os.close(os.open(arguments[0], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        # FULL: an acknowledged vote survives a power cut; affordable because one commit carries many votes.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536", "temp_store=MEMORY"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
