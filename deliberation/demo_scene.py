"""Where the demo deliberation takes place, and how something happens there at its planned moment."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from deliberation import conversations, translations
from deliberation.accounts import Staff
from deliberation.demo_files import Calendar, Files
from deliberation.municipalities import Tenant
from deliberation.storage.tables import Conversation
from deliberation.values import LANGUAGES, Provenance, Role, Translatable


@dataclass(frozen=True)
class Happening:
    """`act` is called with the planned moment, as the time at which it is done."""

    at: datetime
    act: Callable[[datetime], object]


@dataclass(frozen=True)
class Scene:
    """`staff` by address."""

    session: Session
    tenant: Tenant
    staff: Mapping[str, Staff]
    files: Files
    calendar: Calendar

    @property
    def slug(self) -> str:
        return self.files.slug

    @property
    def language(self) -> str:
        return self.files.language

    def conversation(self) -> Conversation:
        return conversations.get(self.session, self.tenant.id, self.slug)

    def first(self, role: Role) -> Staff:
        return next(staff for staff in self.staff.values() if staff.role == role)

    def translate(
        self,
        subject: Translatable,
        subject_id: int,
        text: Mapping[str, str],
        *,
        original: str | None = None,
        machine: Collection[str] = (),
    ) -> None:
        """Store the text in every language but its original, which is the city's unless it is given."""
        for language in LANGUAGES:
            if language != (original or self.language):
                translations.put(
                    self.session,
                    municipality_id=self.tenant.id,
                    subject=subject,
                    subject_id=subject_id,
                    language=language,
                    text=text[language].strip(),
                    provenance=Provenance.MACHINE if language in machine else Provenance.HUMAN,
                )
