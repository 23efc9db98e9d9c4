"""How heavy the map of a large conversation is."""

import gzip
from pathlib import Path

from starlette.testclient import TestClient

from deliberation.storage.engine import Database
from tests.support.make import make_tenant
from tests.support.multitude import make_multitude
from tests.support.outcomes import analyse
from web.app import create_app
from web.settings import Settings

MOST_BYTES = 50_000


def test_the_map_of_ten_thousand_people_is_light(sqlite_database_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_database_url)
    with database.write() as session:
        conversation = make_multitude(session, make_tenant(session), people=10_000, statements=14, votes_each=9)
    analyse(database, conversation)
    settings = Settings(data_dir=tmp_path, database_url=sqlite_database_url, secret_key="a secret for tests", compute="inline")
    with TestClient(create_app(settings, work=False)) as client:
        for view in ("", "?group=A", "?colour=3", "?statements=yes&zoom=4"):
            page = client.get(f"/c/multitude/map{view}").text
            assert page.count("<use ") >= 50, view
            assert len(page.encode()) < MOST_BYTES, view
            assert len(gzip.compress(page.encode())) < MOST_BYTES / 4, view
    database.dispose()
