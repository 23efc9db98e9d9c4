"""Core statements that are compiled once and run by the driver itself.

On the way of a vote SQLAlchemy's own execution takes several times as long as the database does.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, SelectBase
from sqlalchemy.exc import DBAPIError

from deliberation.storage.engine import Upsert, count_write

Row = tuple[Any, ...]


class Prepared:
    """A query, or a change of one row. Values are converted as the columns say; errors are SQLAlchemy's.

    `columns` are those that an insertion gives values for.
    """

    def __init__(self, statement: Any, columns: Sequence[str] = ()) -> None:
        self._statement: Callable[[str], Any] = statement.statement if isinstance(statement, Upsert) else lambda _: statement
        self._columns = list(columns) or None
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Row]:
        """What the query finds. `values` by the names of the bound parameters."""
        compiled = self._of(connection)
        return compiled.converted(compiled.execute(connection, values).fetchall())

    def run(self, connection: Connection, values: Mapping[str, Any]) -> None:
        """Make the change."""
        self._of(connection).execute(connection, values)
        count_write(connection)

    def _of(self, connection: Connection) -> "_Compiled":
        backend = connection.dialect.name
        found = self._compiled.get(backend)
        if found is None:
            found = self._compiled[backend] = _Compiled(self._statement(backend), self._columns, connection)
        return found


class _Compiled:
    """A statement as one system's driver takes it."""

    def __init__(self, statement: Any, columns: list[str] | None, connection: Connection) -> None:
        dialect = connection.dialect
        compiled = statement.compile(dialect=dialect, column_keys=columns)
        self.text = str(compiled)
        self.fixed = {name: bound.value for name, bound in compiled.binds.items() if not bound.required}
        self.order = compiled.positiontup if compiled.positional else None
        sent = {name: bound.type.dialect_impl(dialect).bind_processor(dialect) for name, bound in compiled.binds.items()}
        self.sent = [(name, convert) for name, convert in sent.items() if convert]
        selected = statement.selected_columns if isinstance(statement, SelectBase) else ()
        found = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in selected]
        self.found = [(place, convert) for place, convert in enumerate(found) if convert]

    def execute(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        given = {**self.fixed, **values}
        for name, convert in self.sent:
            given[name] = convert(given[name])
        driver: Any = connection.connection.driver_connection
        try:
            return driver.execute(self.text, [given[name] for name in self.order] if self.order else given)
        except connection.dialect.loaded_dbapi.Error as error:
            kind = connection.dialect.loaded_dbapi.Error
            raise DBAPIError.instance(self.text, given, error, kind, dialect=connection.dialect) from error

    def converted(self, rows: list[Row]) -> list[Row]:
        return [self._converted(row) for row in rows] if self.found else rows

    def _converted(self, row: Row) -> Row:
        values = list(row)
        for place, convert in self.found:
            values[place] = convert(values[place])
        return tuple(values)
