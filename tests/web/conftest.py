"""What tests of several pages begin with."""

import pytest

from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Conversation
from tests.support.opinions import make_camps
from tests.support.outcomes import analyse


@pytest.fixture
def camps(database: Database, tenant: Tenant) -> Conversation:
    """Two camps of 14 and 12 people with one analysis."""
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(14, 12), statements=16)
    analyse(database, conversation)
    return conversation
