"""What the map of a large conversation costs: to look at, and to colour by the votes on a statement."""

import gzip
from time import perf_counter

import pytest
from starlette.testclient import TestClient

from deliberation import analyses, conversations, map_colours, people_arrays
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from tests.support.multitude import make_multitude
from tests.support.outcomes import analyse
from web.app import create_app
from web.settings import Settings

SIZES = [(10_000, 500, 50), (33_000, 783, 60)]


@pytest.mark.parametrize(("people", "statements", "votes_each"), SIZES)
def test_map(database: Database, tenant: Tenant, configured: Settings, people: int, statements: int, votes_each: int) -> None:
    with database.write() as session:
        conversation = make_multitude(session, tenant, people, statements, votes_each)
    analyse(database, conversation)
    figures = _colouring(database, conversations.identify(conversation))
    with TestClient(create_app(configured, work=False)) as client:
        pages = {view: _page(client, f"/c/multitude/map{view}") for view in ("", "?group=A", "?colour=3")}
    print(f"\n{people:,} × {statements} on {database.url.get_backend_name()}: {figures}")
    for view, (seconds, plain, packed) in pages.items():
        print(f"  {view or 'map':10} {seconds * 1000:6.0f} ms, {plain / 1000:.1f} KB, compressed {packed / 1000:.1f} KB")


def _colouring(database: Database, conversation_id: int) -> str:
    """Reading the votes on a statement and gathering them; with the arrays of people at hand, and without."""
    with database.read() as session:
        analysis = analyses.latest(session, conversation_id)
        assert analysis is not None
        size = len(analysis.people)
        start = perf_counter()
        people_arrays.unpack(analysis.people)
        unpacked = perf_counter() - start
        analyses.people_of(session, analysis)
        seconds = []
        for number in range(1, 9):
            start = perf_counter()
            found = map_colours.of_statement(session, analysis, number, 10)
            seconds.append(perf_counter() - start)
    return (
        f"arrays of people {size / 1e6:.2f} MB, unpacked in {unpacked * 1000:.0f} ms; colouring by about {found.voters:,} votes "
        f"{sorted(seconds)[len(seconds) // 2] * 1000:.0f} ms"
    )


def _page(client: TestClient, path: str) -> tuple[float, int, int]:
    """Seconds, bytes and compressed bytes of a page that has been looked at before."""
    body = client.get(path).content
    start = perf_counter()
    client.get(path)
    return perf_counter() - start, len(body), len(gzip.compress(body))
