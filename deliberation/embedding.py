"""Other sites that may show a conversation's card."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from deliberation import conversations, ledger
from deliberation.accounts import Staff
from deliberation.errors import Forbidden
from deliberation.errors.places import EmbedHostInvalid, TooManyEmbedHosts
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, EmbedHost
from deliberation.values import Role

MOST_HOSTS = 20
LONGEST_HOST = 253
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(\*\.)?{_LABEL}(\.{_LABEL})*(:[1-9][0-9]{{0,4}})?")


def hosts(session: Session, municipality_id: int, slug: str) -> list[str]:
    """The sites that may show this conversation's card; none unless somebody said so. Raises NotFound."""
    conversation_id = identity(conversations.get(session, municipality_id, slug))
    return _stored(session, conversation_id)


def allow(session: Session, *, staff: Staff, slug: str, hosts: Sequence[str], now: datetime) -> None:
    """Say which sites may show the card, in place of those before: a host, with a port where it is not the usual one,
    or *.example.org for all below it. Raises Forbidden, NotFound, EmbedHostInvalid, TooManyEmbedHosts.
    """
    if staff.role != Role.ADMIN:
        raise Forbidden()
    conversation = conversations.get(session, staff.municipality_id, slug)
    wanted = sorted({_checked(host) for host in hosts if host.strip()})
    if len(wanted) > MOST_HOSTS:
        raise TooManyEmbedHosts(limit=MOST_HOSTS)
    if wanted == _stored(session, identity(conversation)):
        return
    session.execute(delete(EmbedHost).where(col(EmbedHost.conversation_id) == conversation.id))
    session.add_all(EmbedHost(conversation_id=identity(conversation), host=host) for host in wanted)
    session.flush()
    _record(session, staff, conversation, len(wanted), now)


def _stored(session: Session, conversation_id: int) -> list[str]:
    query = select(EmbedHost.host).where(EmbedHost.conversation_id == conversation_id)
    return list(session.exec(query.order_by(col(EmbedHost.host))))


def _checked(host: str) -> str:
    found = host.strip().lower()
    if len(found) > LONGEST_HOST or not _HOST.fullmatch(found) or (found.startswith("*.") and found.count(".") < 2):
        raise EmbedHostInvalid(host=host.strip()[:LONGEST_HOST])
    return found


def _record(session: Session, staff: Staff, conversation: Conversation, count: int, now: datetime) -> None:
    """The number of sites; which they are stands in the card's own headers."""
    ledger.record(session, staff, "conversation.embedding", f"conversation/{conversation.slug}", {"hosts": count}, now)
