import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from deliberation.errors import Conflict, Unavailable
from deliberation.storage.engine import Database
from deliberation.storage.tables import Municipality
from deliberation.storage.writer import Writer
from tests.support.make import NOON, make_tenant

T = TypeVar("T")


def slugs(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.exec(select(Municipality.slug).order_by(Municipality.slug)))


def run_all(writer: Writer, *actions: object) -> list[object]:
    async def gather() -> list[object]:
        return await asyncio.gather(*(writer.run(action) for action in actions), return_exceptions=True)

    return _apart(gather())


def _apart(work: Coroutine[Any, Any, T]) -> T:
    """Run it in a thread of its own: browser tests in the same process keep a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def adding(slug: str, then: Exception | None = None) -> object:
    def action(session: Session) -> str:
        make_tenant(session, slug)
        if then:
            raise then
        return slug

    return action


def test_what_waits_is_committed_and_everybody_gets_their_own_answer(database: Database) -> None:
    writer = Writer(database)
    answers = run_all(writer, *(adding(f"m{i:03}") for i in range(300)))
    writer.close()
    assert answers == [f"m{i:03}" for i in range(300)]
    assert slugs(database) == answers


def test_one_refused_action_undoes_itself_and_nothing_else(database: Database) -> None:
    writer = Writer(database)
    answers = run_all(writer, adding("a"), adding("b", Conflict()), adding("c"), adding("d", ValueError("x")), adding("e"))
    writer.close()
    assert [type(answer) for answer in answers] == [str, Conflict, str, ValueError, str]
    assert slugs(database) == ["a", "c", "e"]


def test_a_broken_constraint_undoes_only_the_action_that_broke_it(database: Database) -> None:
    def unnamed(session: Session) -> None:
        session.add(Municipality(slug="a", name="A again", created_at=NOON))

    writer = Writer(database)
    answers = run_all(writer, adding("a"), unnamed, adding("b"))
    writer.close()
    assert (answers[0], type(answers[1]).__name__, answers[2]) == ("a", "IntegrityError", "b")
    assert slugs(database) == ["a", "b"]


def test_a_broken_query_takes_nobody_else_with_it(database: Database) -> None:
    def asking(session: Session) -> None:
        session.execute(text("SELECT * FROM no_such_table"))

    writer = Writer(database)
    answers = run_all(writer, adding("a"), asking, adding("b"))
    writer.close()
    assert (answers[0], isinstance(answers[1], DBAPIError), answers[2]) == ("a", True, "b")
    assert slugs(database) == ["a", "b"]


def test_closing_finishes_what_waits(database: Database) -> None:
    async def late() -> list[str]:
        writer = Writer(database)
        waiting = [asyncio.ensure_future(writer.run(adding(f"m{i}"))) for i in range(20)]
        await asyncio.sleep(0)
        await asyncio.to_thread(writer.close)
        return await asyncio.gather(*waiting)

    assert len(_apart(late())) == len(slugs(database)) == 20


def test_a_database_that_cannot_be_written_is_said_so_and_recovers(
    sqlite_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deliberation.storage.engine.BUSY_TIMEOUT_SECONDS", 0.2)
    database, other = Database(sqlite_database_url), Database(sqlite_database_url)
    writer = Writer(database)
    locked, release = threading.Event(), threading.Event()

    def hold() -> None:
        with other.write() as session:
            session.connection()
            locked.set()
            release.wait(5)

    holder = threading.Thread(target=hold)
    holder.start()
    locked.wait(5)
    refused = run_all(writer, adding("a"))
    release.set()
    holder.join()
    assert [type(answer) for answer in refused] == [Unavailable]
    assert run_all(writer, adding("b")) == ["b"]
    writer.close()
    assert slugs(database) == ["b"]
