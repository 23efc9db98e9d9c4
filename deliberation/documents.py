"""Documents, recordings and links that belong to the stages of a conversation."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from deliberation import administration, attachments, foundations, links, translations
from deliberation.accounts import Staff
from deliberation.attachments import File
from deliberation.errors import NotFound
from deliberation.errors.attachments import AttachedAlready, AttachmentMissing, AttachmentOrLink
from deliberation.errors.recommendations import StillRests
from deliberation.storage.rows import identity
from deliberation.storage.tables import Artefact, Attachment, Conversation
from deliberation.values import ArtefactKind, Stage, Translatable


def attach(
    session: Session,
    *,
    staff: Staff,
    slug: str,
    stage: Stage,
    title: str,
    language: str,
    url: str,
    now: datetime,
    kind: ArtefactKind = ArtefactKind.DOCUMENT,
    file: File | None = None,
) -> int:
    """Attach a file or a link to a stage, and return the artefact's id.

    Raises NotFound, Forbidden, LinkUntitled, LinkInvalid, AttachmentMissing, AttachmentOrLink, AttachedAlready.
    """
    conversation = administration.alone(session, staff, slug)
    if file is None and not url.strip():
        raise AttachmentMissing()
    if file is not None and url.strip():
        raise AttachmentOrLink()
    title = links.titled(title) if file else links.checked(title, url)[0]
    for other, sha256 in _documents(session, conversation, stage, title):
        if sha256 == file.sha256 if file else other.url == url.strip():
            raise AttachedAlready()
    attached = attachments.attach(session, staff=staff, slug=slug, file=file, now=now) if file else None
    row = Artefact(
        conversation_id=identity(conversation),
        stage=stage,
        kind=kind,
        attachment_id=attached.id if attached else None,
        title=title,
        url=attached.path if attached else url.strip(),
        language=language,
        added_at=now,
    )
    session.add(row)
    session.flush()
    facts = {"artefact": identity(row), "stage": stage.value, "kind": kind.value}
    facts |= {"file_sha256": attached.sha256} if attached else {}
    administration.record(session, staff, "artefact.attached", slug, facts, now)
    return identity(row)


def detach(session: Session, *, staff: Staff, slug: str, artefact: int, now: datetime) -> None:
    """Take a document away from its stage, an attached file with it. Raises NotFound, Forbidden, StillRests."""
    conversation = administration.of_admin(session, staff, slug)
    row = session.get(Artefact, artefact)
    if row is None or row.conversation_id != conversation.id:
        raise NotFound()
    resting = foundations.on_document(session, conversation, url=row.url, attachment_id=row.attachment_id)
    if resting:
        raise StillRests(resting=resting)
    translations.forget(session, Translatable.ARTEFACT, artefact)
    session.delete(row)
    if row.attachment_id is not None:
        attachments.discard(session, row.attachment_id)
    administration.record(session, staff, "artefact.detached", slug, {"artefact": artefact, "stage": row.stage.value}, now)


def _documents(session: Session, conversation: Conversation, stage: Stage, title: str) -> Sequence[tuple[Artefact, str | None]]:
    """What a stage has under this title, each with the fingerprint of its file."""
    query = (
        select(Artefact, Attachment.sha256)
        .join(Attachment, col(Attachment.id) == col(Artefact.attachment_id), isouter=True)
        .where(Artefact.conversation_id == conversation.id, Artefact.stage == stage, Artefact.title == title)
    )
    return session.exec(query).all()
