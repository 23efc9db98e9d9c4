"""Licences under which a municipality may hand out data: by their SPDX identifiers, with their own names and addresses."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from deliberation import ledger
from deliberation.accounts import Staff
from deliberation.errors import Forbidden
from deliberation.errors.reports import LicenceUnknown
from deliberation.storage.tables import Municipality
from deliberation.values import Role


@dataclass(frozen=True, slots=True)
class Licence:
    spdx: str
    name: str
    url: str


LICENCES = {
    licence.spdx: licence
    for licence in (
        Licence("CC-BY-4.0", "Creative Commons Attribution 4.0 International", "https://creativecommons.org/licenses/by/4.0/"),
        Licence("CC0-1.0", "Creative Commons Zero 1.0 Universal", "https://creativecommons.org/publicdomain/zero/1.0/"),
        Licence(
            "CC-BY-SA-4.0",
            "Creative Commons Attribution-ShareAlike 4.0 International",
            "https://creativecommons.org/licenses/by-sa/4.0/",
        ),
        Licence("ODC-By-1.0", "Open Data Commons Attribution License 1.0", "https://opendatacommons.org/licenses/by/1-0/"),
        Licence("ODbL-1.0", "Open Data Commons Open Database License 1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
        Licence(
            "PDDL-1.0",
            "Open Data Commons Public Domain Dedication and License 1.0",
            "https://opendatacommons.org/licenses/pddl/1-0/",
        ),
        Licence("OGDL-Taiwan-1.0", "Taiwan Open Government Data License 1.0", "https://data.gov.tw/license"),
    )
}


LICENCE = "licence"
"""Where in a report's frozen content it stands."""
FIRST = "CC-BY-4.0"
"""That of reports in which none stands, because there was no other when they were published."""


def of(session: Session, municipality_id: int) -> Licence:
    """Under which it publishes now; what it has published keeps the licence that stands in the report."""
    return named(session.get_one(Municipality, municipality_id).data_licence)


def named(spdx: str) -> Licence:
    """An identifier from elsewhere names itself."""
    return LICENCES.get(spdx) or Licence(spdx, spdx, f"https://spdx.org/licenses/{spdx}.html")


def choose(session: Session, *, staff: Staff, spdx: str, now: datetime) -> None:
    """Say under which licence the data of reports leave that are published from now on. The same again changes nothing.

    Raises Forbidden, LicenceUnknown.
    """
    if staff.role != Role.ADMIN:
        raise Forbidden()
    if spdx not in LICENCES:
        raise LicenceUnknown()
    row = session.get_one(Municipality, staff.municipality_id)
    if row.data_licence == spdx:
        return
    before, row.data_licence = row.data_licence, spdx
    session.add(row)
    session.flush()
    ledger.record(session, staff, "municipality.licence", f"municipality/{row.slug}", {"from": before, "to": spdx}, now)
