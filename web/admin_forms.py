"""What administrators send."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from deliberation.administration import Period, Rules
from deliberation.beginnings import Beginning, plan_from
from deliberation.invitations import LARGEST_BATCH, LONGEST_NAME
from deliberation.joining import Rule
from deliberation.values import LANGUAGES, ArtefactKind, Interest, Joining, ModerationMode, Stage
from web import i18n
from web.field_types import LAST_YEAR, EmptyIsNone, Number, OptionalDay, OptionalMoment, Several
from web.forms import NOT_IN_THESE_YEARS, Form, FormInvalid, Marks, OptionalLine, OptionalParagraphs
from web.official_forms import Language

MOST_DAYS = 3650
Days = Annotated[Annotated[Number, Field(ge=1, le=MOST_DAYS)] | None, EmptyIsNone]
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
    seen: Marks = ""

    @property
    def rules(self) -> Rules:
        return Rules(
            self.topic, self.background, self.language, self.moderation, self.statement_limit, self.opens_at, self.closes_at
        )


class ConversationForm(RulesForm):
    """`seeds`: one statement a line. `proposal`: the number of the resident's proposal that it comes from.

    `starts_on`: the first day of the first stage that lasts some days. Without dates of its own, voting goes with the stage of
    opinions.
    """

    slug: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)] = ""
    seeds: OptionalParagraphs = ""
    proposal: Annotated[Number | None, EmptyIsNone] = None
    releases_votes: bool = False
    template: Annotated[str, StringConstraints(max_length=40)] = ""
    stage: Literal[Stage.PROPOSAL, Stage.OPINION] = Stage.OPINION
    joining: Joining = Joining.OPEN
    claim_name: Claim = ""
    claim_value: Claim = ""
    interests: Annotated[tuple[Interest, ...], Several] = ()
    starts_on: OptionalDay = None
    proposal_days: Days = None
    opinion_days: Days = None
    reflection_days: Days = None
    decision_days: Days = None

    def beginning(self, today: date) -> Beginning:
        rule = Rule(self.joining, self.claim_name, self.claim_value)
        return Beginning(self.stage, self.template, rule, self.interests, self.plan(today), self.releases_votes)

    def plan(self, today: date) -> dict[Stage, Period]:
        """Raises FormInvalid where it leads to days that the form of the dates does not take."""
        planned = plan_from(self.starts_on or today, {stage: getattr(self, f"{stage.value}_days") for stage in Stage})
        for stage, period in planned.items():
            if max(day.year for day in (period.starts_on, period.ends_on) if day) > LAST_YEAR:
                raise FormInvalid({f"{stage.value}_days": NOT_IN_THESE_YEARS}, {})
        return planned

    def rules_from(self, today: date) -> Rules:
        opinion = self.plan(today).get(Stage.OPINION)
        if opinion is None or opinion.starts_on is None or opinion.ends_on is None or self.opens_at or self.closes_at:
            return self.rules
        closes_on = opinion.ends_on + timedelta(days=1)
        return replace(self.rules, opens_at=_midnight(opinion.starts_on), closes_at=_midnight(closes_on))


def _midnight(day: date) -> datetime:
    """The first moment of a day by the municipality's clock."""
    return datetime.combine(day, time(), i18n.time_zone()).astimezone(UTC)


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


class ReleaseForm(Form):
    """A box that is not ticked is not sent."""

    releases_votes: bool = False


class LicenceForm(Form):
    licence: Annotated[str, StringConstraints(strip_whitespace=True, max_length=64)] = ""


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
    """A link, or a file beside it."""

    stage: Stage
    kind: ArtefactKind = ArtefactKind.DOCUMENT
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


class MandateForm(Form):
    """What agreement obliges the municipality to; empty for the usual words. `seen`: marks of what stood on the page."""

    text: OptionalParagraphs = ""
    language: Language
    seen: Marks = ""
