"""Files that staff attach to stages, meetings and milestones: checked before they are kept, handed out unchanged for ever."""

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote, unquote

from sqlalchemy import delete
from sqlmodel import Session, col, select

from deliberation import attachment_kinds, attachment_names, attachment_pictures, conversations
from deliberation.accounts import Staff
from deliberation.errors import Forbidden, NotFound
from deliberation.errors.attachments import AttachmentEmpty, AttachmentTooLarge
from deliberation.storage.rows import identity
from deliberation.storage.tables import Attachment
from deliberation.values import STAFF_CONTENT_ROLES

MEGABYTE = 1024 * 1024
FOLDER = "/files/"
_FOLDER = re.compile(r"/files/[A-Za-z0-9_-]{1,32}/")
_PATH = re.compile(r"/files/[A-Za-z0-9_-]{1,32}/[A-Za-z0-9%._~()'!*,=+@$-]+")


@dataclass(frozen=True, slots=True)
class File:
    """A file that may be attached: found harmless, a picture written anew, under a bare name."""

    name: str
    media_type: str
    content: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that is kept. `sha256` of its content."""

    id: int
    token: str
    name: str
    media_type: str
    size: int
    sha256: str

    @property
    def path(self) -> str:
        """Where it is handed out. Documents keep it as their address, and the pages have a route of this form."""
        return f"{FOLDER}{self.token}/{quote(self.name)}"


def checked(name: str, content: bytes, *, most: int) -> File:
    """What may be attached of this. A picture is decoded, which takes a while: never call it where votes wait.

    Raises AttachmentTooLarge, AttachmentEmpty, AttachmentKindUnknown, AttachmentWithMacros, PictureUnreadable, PictureTooLarge.
    """
    if not content:
        raise AttachmentEmpty()
    if len(content) > most:
        raise AttachmentTooLarge(megabytes=most // MEGABYTE)
    kind = attachment_kinds.of(content, name)
    if kind.picture:
        content = attachment_pictures.rewritten(content, kind.picture)
    return File(attachment_names.bare(name, kind.endings), kind.media_type, content)


def attach(session: Session, *, staff: Staff, slug: str, file: File, now: datetime) -> Attached:
    """Keep a checked file for this conversation. Whoever publishes something with it writes that into the ledger.

    Raises NotFound, Forbidden.
    """
    if staff.role not in STAFF_CONTENT_ROLES:
        raise Forbidden()
    conversation = conversations.get(session, staff.municipality_id, slug)
    row = Attachment(
        municipality_id=staff.municipality_id,
        conversation_id=identity(conversation),
        token=secrets.token_urlsafe(12),
        name=file.name,
        media_type=file.media_type,
        size=len(file.content),
        sha256=file.sha256,
        content=file.content,
        added_at=now,
        account_id=staff.id,
    )
    session.add(row)
    session.flush()
    return _attached(row)


def get(session: Session, municipality_id: int, token: str, name: str) -> tuple[Attached, bytes]:
    """A file and its content. Raises NotFound, also for another municipality's and under another name than its own."""
    row = session.exec(
        select(Attachment).where(
            Attachment.token == token, Attachment.municipality_id == municipality_id, Attachment.name == name
        )
    ).first()
    if row is None:
        raise NotFound()
    return _attached(row), row.content


def is_path(url: str) -> bool:
    """Whether this is the address of a file here, as it is stored where links are."""
    return _PATH.fullmatch(url) is not None


def is_there(session: Session, municipality_id: int, path: str) -> bool:
    """Whether this municipality hands out a file at this path."""
    token, _, name = path.removeprefix(FOLDER).partition("/")
    query = select(Attachment.id).where(
        Attachment.token == token, Attachment.municipality_id == municipality_id, Attachment.name == unquote(name)
    )
    return session.exec(query).first() is not None


def folder_in(url: str) -> str | None:
    """The part of an address that names a file here, whichever host it gives; None where it leads elsewhere."""
    found = _FOLDER.search(url)
    return found[0] if found else None


def discard(session: Session, attachment_id: int) -> None:
    """Delete a file that nothing leads to any more; see `deliberation.resting`."""
    session.execute(delete(Attachment).where(col(Attachment.id) == attachment_id))


def _attached(row: Attachment) -> Attached:
    return Attached(identity(row), row.token, row.name, row.media_type, row.size, row.sha256)
