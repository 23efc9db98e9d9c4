"""Stages as pages show them: dates, what belongs to each, what is missing."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from deliberation import attachments, conversations, stages, translations
from deliberation.stages import Entry, Standing
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, StagePeriod
from deliberation.translations import Reading
from deliberation.values import ArtefactKind, Stage, Translatable


@dataclass(frozen=True, slots=True)
class Document:
    """An artefact as a reader sees it."""

    id: int
    kind: ArtefactKind
    title: Reading
    url: str

    @property
    def is_file(self) -> bool:
        return attachments.is_path(self.url)


@dataclass(frozen=True, slots=True)
class Line:
    """Something that belongs to a stage, with the documents that it is."""

    entry: Entry
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class StageView:
    """A stage with its dates, its checklist, and all its documents."""

    stage: Stage
    period: StagePeriod | None
    documents: tuple[Document, ...]
    lines: tuple[Line, ...]

    @property
    def others(self) -> tuple[Document, ...]:
        """Documents that no line asks for."""
        asked = {document.id for line in self.lines for document in line.documents}
        return tuple(document for document in self.documents if document.id not in asked)

    @property
    def missing(self) -> int:
        return sum(line.entry.standing == Standing.MISSING for line in self.lines)


def of_conversation(session: Session, row: Conversation, language: str, now: datetime, today: date) -> list[StageView]:
    """All four stages in their order."""
    key = identity(row)
    periods, artefacts = conversations.periods(session, key), conversations.artefacts(session, key)
    titles = translations.readings(
        session, Translatable.ARTEFACT, {identity(each): (each.title, each.language) for each in artefacts}, language
    )
    documents = {
        identity(each): (each.stage, Document(identity(each), each.kind, titles[identity(each)], each.url)) for each in artefacts
    }
    found = stages.checklist(session, row, periods=periods, artefacts=artefacts, now=now, today=today)
    return [
        StageView(
            stage,
            periods.get(stage),
            tuple(document for of_stage, document in documents.values() if of_stage == stage),
            tuple(Line(entry, tuple(documents[key][1] for key in entry.artefacts)) for entry in found[stage]),
        )
        for stage in Stage
    ]
