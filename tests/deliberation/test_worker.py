import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlmodel import col, select

from deliberation import analyses, analysis_work, conversations
from deliberation.analysis_work import Due, Pace
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Analysis, AnalysisWork, Conversation, ModerationDecision, Vote
from deliberation.values import Choice, DecisionKind
from deliberation.worker import Worker
from tests.support.make import NOON, answer, make_conversation, make_statement
from tests.support.opinions import make_camps, take_part

PACE = Pace()
SECOND = timedelta(seconds=1)


class Held(Executor):
    """An executor that begins only what it is told to."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future[Any], Callable[[], Any]]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.waiting.append((future, lambda: fn(*args, **kwargs)))
        return future

    def do(self) -> None:
        for future, work in self.waiting:
            try:
                future.set_result(work())
            except ValueError as error:
                future.set_exception(error)
        self.waiting.clear()


@pytest.fixture
def conversation(database: Database, tenant: Tenant) -> Conversation:
    with database.write() as session:
        return make_camps(session, tenant)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


def due(database: Database, pace: Pace = PACE) -> list[Due]:
    with database.read() as session:
        return analysis_work.due(session, pace)


def claim(database: Database, found: Due, worker: str, now: datetime = NOON) -> bool:
    with database.write() as session:
        return analysis_work.claim(session, found, worker=worker, now=now, pace=PACE)


def analyse(database: Database, conversation: Conversation, now: datetime = NOON) -> None:
    conversation_id = conversations.identify(conversation)
    computed = analyses.compute(database.url.render_as_string(hide_password=False), conversation_id)
    with database.write() as session:
        analyses.keep(session, conversation_id, computed, now)


def vote(database: Database, tenant: Tenant, choice: Choice, slug: str = "scooters") -> None:
    person = "camp0-0" if slug == "scooters" else f"{slug}-camp0-0"
    with database.write() as session:
        answer(session, tenant, slug, person, 1, choice)


def break_a_vote(database: Database, choice: int) -> None:
    """A choice that there is not: the engine refuses it."""
    with database.write() as session:
        row = session.exec(select(Vote).order_by(col(Vote.participant_id), col(Vote.statement_id))).first()
        assert row is not None
        row.choice = choice


def work(database: Database, conversation: Conversation) -> AnalysisWork | None:
    with database.read() as session:
        return session.get(AnalysisWork, conversation.id)


def snapshots(database: Database) -> list[int]:
    with database.read() as session:
        return list(session.exec(select(Analysis.sequence).order_by(col(Analysis.id))))


def settle(worker: Worker, now: datetime) -> None:
    """Cycles until nothing is being computed."""
    worker.cycle(now)
    while worker.busy:
        time.sleep(0.005)
        worker.cycle(now)


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


# What is due


def test_a_conversation_is_due_from_its_first_vote_on(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        make_statement(session, conversation)
    assert due(database) == []
    with database.write() as session:
        take_part(session, tenant, conversation, "mei", {1: Choice.PASS})
    assert [found.conversation_id for found in due(database)] == [conversation.id]


def test_it_is_not_due_after_its_analysis_and_due_again_after_another_vote(
    database: Database, tenant: Tenant, conversation: Conversation
) -> None:
    analyse(database, conversation)
    assert due(database) == []
    vote(database, tenant, Choice.DISAGREE)
    assert [found.ready_at for found in due(database)] == [NOON + PACE.interval]


def test_a_vote_that_changes_nothing_in_the_end_does_not_keep_it_due(
    database: Database, tenant: Tenant, conversation: Conversation
) -> None:
    analyse(database, conversation)
    vote(database, tenant, Choice.DISAGREE)
    vote(database, tenant, Choice.AGREE)
    assert len(due(database)) == 1
    analyse(database, conversation)
    assert due(database) == []
    assert snapshots(database) == [1]


def test_a_moderation_decision_makes_it_due(database: Database, conversation: Conversation) -> None:
    analyse(database, conversation)
    with database.write() as session:
        decision = ModerationDecision(
            conversation_id=conversations.identify(conversation), kind=DecisionKind.ACCEPT, decided_at=NOON
        )
        session.add(decision)
    assert len(due(database)) == 1


def test_news_are_what_came_after_the_last_look(database: Database, tenant: Tenant, conversation: Conversation) -> None:
    with database.write() as session:
        make_camps(session, tenant, "buses")
        position = analysis_work.position(session)
        assert analysis_work.news(session, position) == set()
    vote(database, tenant, Choice.DISAGREE)
    with database.read() as session:
        assert analysis_work.news(session, position) == {conversation.id}


# Claiming


def test_only_one_of_two_workers_gets_the_work(database: Database, conversation: Conversation) -> None:
    [found] = due(database)
    assert claim(database, found, "first")
    assert not claim(database, found, "second")
    assert [again.ready_at for again in due(database)] == [NOON + PACE.lease]


@pytest.mark.parametrize(("after", "taken"), [(PACE.lease - SECOND, False), (PACE.lease, True)])
def test_a_claim_that_ran_out_can_be_taken_over(
    database: Database, conversation: Conversation, after: timedelta, taken: bool
) -> None:
    [found] = due(database)
    assert claim(database, found, "first")
    assert claim(database, found, "second", NOON + after) == taken


def test_a_renewed_claim_holds_on(database: Database, conversation: Conversation) -> None:
    [found] = due(database)
    assert claim(database, found, "first")
    with database.write() as session:
        analysis_work.renew(session, "first", now=NOON + 9 * SECOND, pace=PACE)
    assert not claim(database, found, "second", NOON + PACE.lease)


def test_work_that_was_done_meanwhile_is_not_claimed(database: Database, conversation: Conversation) -> None:
    [found] = due(database)
    analyse(database, conversation)
    assert not claim(database, found, "late")


def test_giving_back_leaves_the_claim_of_whoever_took_over(database: Database, conversation: Conversation) -> None:
    [found] = due(database)
    assert claim(database, found, "first")
    assert claim(database, found, "second", NOON + PACE.lease)
    with database.write() as session:
        analysis_work.release(session, found.conversation_id, "first")
        analysis_work.fail(session, found.conversation_id, "first", failure="too late to matter", now=NOON)
    row = work(database, conversation)
    assert row is not None
    assert (row.claimed_by, row.failure) == ("second", None)


# Working


def test_the_worker_stores_a_snapshot_and_gives_its_claim_back(
    database: Database, conversation: Conversation, threads: ThreadPoolExecutor
) -> None:
    settle(Worker(database, threads), NOON)
    row = work(database, conversation)
    assert row is not None
    assert row.latest_id is not None
    assert (row.claimed_by, row.claimed_until, row.failed_at) == (None, None, None)
    assert snapshots(database) == [1]


def test_while_votes_arrive_a_conversation_waits_for_its_next_turn(
    database: Database, tenant: Tenant, conversation: Conversation, threads: ThreadPoolExecutor
) -> None:
    worker = Worker(database, threads)
    settle(worker, NOON)
    vote(database, tenant, Choice.DISAGREE)
    settle(worker, NOON + PACE.interval - SECOND)
    assert snapshots(database) == [1]
    settle(worker, NOON + PACE.interval)
    assert snapshots(database) == [1, 2]


def test_the_worker_takes_up_conversations_that_begin_later(
    database: Database, tenant: Tenant, conversation: Conversation, threads: ThreadPoolExecutor
) -> None:
    worker = Worker(database, threads)
    settle(worker, NOON)
    with database.write() as session:
        make_camps(session, tenant, "buses")
        make_camps(session, tenant, "parks")
    for second in range(2):
        settle(worker, NOON + second * SECOND)
    assert snapshots(database) == [1, 1, 1]


def test_a_failure_keeps_the_last_good_snapshot_and_is_told(
    database: Database, tenant: Tenant, conversation: Conversation, threads: ThreadPoolExecutor
) -> None:
    worker = Worker(database, threads)
    settle(worker, NOON)
    vote(database, tenant, Choice.DISAGREE)
    break_a_vote(database, 5)
    settle(worker, NOON + PACE.interval)
    row = work(database, conversation)
    assert row is not None
    assert (row.failed_at, row.failures, row.claimed_by) == (NOON + PACE.interval, 1, None)
    assert row.failure is not None
    assert "vote" in row.failure
    with database.read() as session:
        latest = analyses.latest(session, conversations.identify(conversation))
        assert latest is not None
        assert latest.sequence == 1


def test_a_failed_analysis_is_tried_again_after_growing_pauses_until_it_succeeds(
    database: Database, conversation: Conversation, threads: ThreadPoolExecutor
) -> None:
    worker = Worker(database, threads)
    break_a_vote(database, 5)
    moment, pauses = NOON, []
    for _ in range(3):
        settle(worker, moment)
        [found] = due(database)
        settle(worker, found.ready_at - SECOND)
        pauses.append(found.ready_at - moment)
        moment = found.ready_at
    assert pauses == [PACE.retry, 2 * PACE.retry, 4 * PACE.retry]
    break_a_vote(database, 1)
    settle(worker, moment)
    row = work(database, conversation)
    assert row is not None
    assert (row.failed_at, row.failure, row.failures) == (None, None, 0)
    assert snapshots(database) == [1]


def test_pauses_do_not_grow_for_ever(database: Database, conversation: Conversation) -> None:
    [found] = due(database)
    for _ in range(30):
        claim(database, found, "one")
        with database.write() as session:
            analysis_work.fail(session, found.conversation_id, "one", failure="again", now=NOON)
    assert [again.ready_at for again in due(database)] == [NOON + PACE.longest_retry]


def test_one_broken_conversation_does_not_hold_up_the_others(
    database: Database, tenant: Tenant, conversation: Conversation, threads: ThreadPoolExecutor
) -> None:
    break_a_vote(database, 5)
    with database.write() as session:
        make_camps(session, tenant, "buses")
    worker = Worker(database, threads)
    settle(worker, NOON)
    settle(worker, NOON + SECOND)
    assert snapshots(database) == [1]


def test_a_claim_is_renewed_while_the_analysis_takes_long(database: Database, conversation: Conversation) -> None:
    executor = Held()
    worker = Worker(database, executor)
    for second in range(25):
        worker.cycle(NOON + second * SECOND)
    [found] = due(database)
    assert found.ready_at > NOON + 25 * SECOND
    executor.do()
    worker.cycle(NOON + 25 * SECOND)
    assert snapshots(database) == [1]


def test_an_analysis_that_somebody_else_finished_first_is_not_stored_again(
    database: Database, conversation: Conversation
) -> None:
    slow, quick = Held(), Held()
    first, second = Worker(database, slow), Worker(database, quick)
    first.cycle(NOON)
    second.cycle(NOON + PACE.lease)  # the first one was not heard of for too long
    quick.do()
    second.cycle(NOON + PACE.lease)
    slow.do()
    first.cycle(NOON + PACE.lease)
    assert snapshots(database) == [1]
    assert due(database) == []


def test_two_workers_store_every_snapshot_once(database: Database, tenant: Tenant, conversation: Conversation) -> None:
    pace = Pace(interval=timedelta(0), look=timedelta(milliseconds=5))
    with ThreadPoolExecutor(2) as executor:
        workers = [Worker(database, executor, pace=pace) for _ in range(2)]
        running = [threading.Thread(target=worker.run) for worker in workers]
        for thread in running:
            thread.start()
        for choice in (Choice.DISAGREE, Choice.PASS, Choice.AGREE) * 2:
            vote(database, tenant, choice)
            time.sleep(0.05)
        wait_for(lambda: due(database) == [])
        for worker in workers:
            worker.stop()
        for thread in running:
            thread.join()
    with database.read() as session:
        stored = session.exec(select(Analysis.sequence, Analysis.input_sha256).order_by(col(Analysis.sequence))).all()
    assert [sequence for sequence, _ in stored] == list(range(1, len(stored) + 1))
    assert all(one[1] != following[1] for one, following in pairwise(stored))


# Stopping


def test_told_to_stop_it_gives_back_what_it_has_claimed(database: Database, conversation: Conversation) -> None:
    executor = Held()
    worker = Worker(database, executor, pace=Pace(grace=timedelta(milliseconds=50)))
    thread = threading.Thread(target=worker.run)
    thread.start()
    wait_for(lambda: bool(executor.waiting))
    worker.stop()
    thread.join(5)
    assert not thread.is_alive()
    row = work(database, conversation)
    assert row is not None
    assert (row.claimed_by, row.claimed_until, row.latest_id) == (None, None, None)
    assert len(due(database)) == 1


def test_told_to_stop_it_stores_what_is_finished_within_the_grace(database: Database, conversation: Conversation) -> None:
    executor = Held()
    worker = Worker(database, executor)
    thread = threading.Thread(target=worker.run)
    thread.start()
    wait_for(lambda: bool(executor.waiting))
    worker.stop()
    executor.do()
    thread.join(10)
    assert snapshots(database) == [1]
    row = work(database, conversation)
    assert row is not None
    assert row.claimed_by is None
