"""Freezing the input of a report: how long the work takes beside the vote path, and how long it holds the writer up."""

import time
from datetime import timedelta

import pytest

from deliberation import analyses, conversations, frozen, frozen_input
from deliberation.interchange import polis_import, polis_reading
from deliberation.interchange.polis_origin import Origin
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, FrozenInput
from tests.support.make import NOON
from tests.support.multitude import make_multitude
from tests.support.polis_files import real_folder


def freeze(database: Database, conversation: Conversation, name: str) -> None:
    url, conversation_id = database.url.render_as_string(hide_password=False), conversations.identify(conversation)
    began = time.perf_counter()
    computed = analyses.compute(url, conversation_id)
    with database.write() as session:
        analyses.keep(session, conversation_id, computed, NOON)
    analysed = time.perf_counter()
    with database.write() as session:
        row = FrozenInput(conversation_id=conversation_id, wanted_at=NOON, turn_at=NOON)
        session.add(row)
        session.flush()
        frozen_id = identity(row)
    made = frozen_input.compute(url, frozen_id, NOON + timedelta(minutes=1))
    assert made is not None
    computed_at = time.perf_counter()
    with database.write() as session:
        frozen.keep(session, frozen_id, made, NOON + timedelta(minutes=1))
    kept = time.perf_counter()
    with database.read() as session:
        assert frozen.preparation(session, conversation_id).draft is not None
    shown = time.perf_counter()
    sizes = {column: len(made.columns[column]) / 1e6 for column in ("votes", "statements", "outcome")}
    print(
        f"\n{name} on {database.url.get_backend_name()}: live analysis {analysed - began:.1f} s, "
        f"frozen {computed_at - analysed:.1f} s beside the writer, stored in {1000 * (kept - computed_at):.0f} ms, "
        f"draft read in {1000 * (shown - kept):.0f} ms; "
        f"votes {sizes['votes']:.1f} MB, statements {sizes['statements']:.2f} MB, results {sizes['outcome']:.1f} MB"
    )


def test_the_largest_open_conversation(database: Database, tenant: Tenant) -> None:
    export = polis_reading.read(real_folder("austria-climate.5twd2jsnkf.2022-08-08"))
    with database.write() as session:
        polis_import.store(session, export, municipality_id=tenant.id, slug="climate", origin=Origin("de"), now=NOON)
    with database.read() as session:
        conversation = conversations.get(session, tenant.id, "climate")
    freeze(database, conversation, "austria-climate")


@pytest.mark.parametrize(("people", "statements", "votes_each"), [(33_000, 783, 60)])
def test_two_million_votes(database: Database, tenant: Tenant, people: int, statements: int, votes_each: int) -> None:
    with database.write() as session:
        conversation = make_multitude(session, tenant, people, statements, votes_each)
    freeze(database, conversation, f"{people:,} × {statements}")
