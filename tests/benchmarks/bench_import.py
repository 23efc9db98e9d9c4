"""Importing the largest real conversation at hand, and giving it back."""

import time
from pathlib import Path

from deliberation.interchange import polis_export, polis_import, polis_reading, polis_writing
from deliberation.interchange.polis_origin import Origin
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from tests.support.make import NOON
from tests.support.polis_files import real_folder


def test_import_and_export_of_vtaiwan_uberx(database: Database, tenant: Tenant, tmp_path: Path) -> None:
    folder = real_folder("vtaiwan.uberx")
    started = time.perf_counter()
    export = polis_reading.read(folder)
    read = time.perf_counter()
    with database.write() as session:
        imported = polis_import.store(
            session, export, municipality_id=tenant.id, slug="uberx", origin=Origin("zh-Hant"), now=NOON
        )
    stored = time.perf_counter()
    with database.read() as session:
        collected = polis_export.collect(session, "uberx")
    polis_writing.write(collected, tmp_path / "out")
    written = time.perf_counter()
    print(
        f"\nvtaiwan.uberx on {database.url.get_backend_name()}, {imported.events:,} votes: "
        f"import {stored - started:.2f} s (reading {read - started:.2f}, storing {stored - read:.2f}), "
        f"export {written - stored:.2f} s"
    )
    assert collected.sha256 == export.sha256
