"""What administrators send."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from deliberation.administration import Period, Rules
from deliberation.invitations import LARGEST_BATCH, LONGEST_NAME
from deliberation.joining import Rule
from deliberation.values import LANGUAGES, Interest, Joining, ModerationMode, Stage
from web.field_types import EmptyIsNone, Number, OptionalDay, OptionalMoment, Several
from web.forms import Form, OptionalLine, OptionalParagraphs
from web.official_forms import Language

Claim = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
SMALLEST_LIMIT, LARGEST_LIMIT = 20, 1000
"""Characters that a municipality may allow for a statement."""


class RulesForm(Form):
    topic: OptionalLine = ""
    background: OptionalParagraphs = ""
    language: Language
    moderation: ModerationMode
    statement_limit: Annotated[Number, Field(ge=SMALLEST_LIMIT, le=LARGEST_LIMIT)]
    opens_at: OptionalMoment = None
    closes_at: OptionalMoment = None

    @property
    def rules(self) -> Rules:
        return Rules(
            self.topic, self.background, self.language, self.moderation, self.statement_limit, self.opens_at, self.closes_at
        )


class ConversationForm(RulesForm):
    """`seeds`: one statement a line. `proposal`: the number of the resident's proposal that it comes from."""

    slug: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)] = ""
    seeds: OptionalParagraphs = ""
    proposal: Annotated[Number | None, EmptyIsNone] = None


class PlacesForm(Form):
    """Where a conversation belongs: areas by slug."""

    areas: Annotated[tuple[str, ...], Several] = ()
    interests: Annotated[tuple[Interest, ...], Several] = ()


class EmbeddingForm(Form):
    """`hosts`: one site a line."""

    hosts: OptionalParagraphs = ""


class AreaForm(Form):
    slug: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)] = ""
    name: OptionalLine = ""
    language: Language


class SeedsForm(Form):
    seeds: OptionalParagraphs = ""


class StageForm(Form):
    stage: Stage


class PeriodsForm(Form):
    proposal_starts_on: OptionalDay = None
    proposal_ends_on: OptionalDay = None
    opinion_starts_on: OptionalDay = None
    opinion_ends_on: OptionalDay = None
    reflection_starts_on: OptionalDay = None
    reflection_ends_on: OptionalDay = None
    decision_starts_on: OptionalDay = None
    decision_ends_on: OptionalDay = None

    @field_validator("proposal_ends_on", "opinion_ends_on", "reflection_ends_on", "decision_ends_on")
    @classmethod
    def _after_its_start(cls, ends_on: date | None, info: ValidationInfo) -> date | None:
        starts_on = info.data.get(f"{info.field_name}".replace("_ends_on", "_starts_on"))
        if ends_on and starts_on and ends_on < starts_on:
            raise PydanticCustomError("ends_before_start", "ends before it starts")
        return ends_on

    @property
    def plan(self) -> dict[Stage, Period]:
        return {stage: Period(self._day(stage, "starts_on"), self._day(stage, "ends_on")) for stage in Stage}

    def _day(self, stage: Stage, end: str) -> date | None:
        day: date | None = getattr(self, f"{stage.value}_{end}")
        return day


class ArtefactForm(Form):
    stage: Stage
    title: OptionalLine = ""
    language: Language
    url: Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000)] = ""


class DetachForm(Form):
    artefact: Annotated[Number, Field(ge=1)]


class ContactForm(Form):
    """`email`: empty where there shall be none."""

    email: OptionalLine = ""


class JoiningForm(Form):
    joining: Joining
    claim_name: Claim = ""
    claim_value: Claim = ""

    @property
    def rule(self) -> Rule:
        return Rule(self.joining, self.claim_name, self.claim_value)


class BatchForm(Form):
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_NAME)] = ""
    size: Number
    expires_at: OptionalMoment = None


class WithdrawalForm(Form):
    batch: Annotated[Number, Field(ge=1)]


class CodesForm(Form):
    """Codes that were just made, one a line, to be put on paper."""

    codes: Annotated[str, StringConstraints(max_length=200_000)] = ""
    part: Annotated[Number, Field(le=LARGEST_BATCH)] = 0
    language: Annotated[str, StringConstraints(pattern=f"^({'|'.join(LANGUAGES)})$")] | None = None
