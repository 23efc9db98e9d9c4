"""What comes back to somebody who votes: how their answers compare with those of the groups, and what is shared nevertheless.

Made of the latest snapshot's published figures and of this person's own votes; nothing is computed about anybody else.

A group *says the same* when more than half of its votes on the statement do. Compared are the statements that this person agreed
or disagreed with and on which every shown group's figures are published, so that all groups are measured alike. Groups are not
compared where fewer than two are shown, or where there is less than `LEAST_COMPARED` to compare.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sqlmodel import Session

from deliberation import analyses, conversations, findings, group_names, report_contents, voting
from deliberation.figures import Figures, Tally
from deliberation.findings import Findings
from deliberation.texts import Text
from deliberation.values import Choice

LEAST_COMPARED = 3
MOST_TOLD = 3


@dataclass(frozen=True, slots=True)
class Nearness:
    """On how many of the compared statements a group says the same as this person."""

    label: str
    size: int
    same: int


@dataclass(frozen=True, slots=True)
class Told:
    """Votes on one statement, told for those who say `choice`: of a group, or of everybody."""

    number: int
    text: Text
    choice: Choice
    tally: Tally
    group: str | None = None

    @property
    def count(self) -> int:
        return self.tally.count(self.choice)


@dataclass(frozen=True, slots=True)
class Echo:
    """`compared`: so many statements could be. `closest`: None where several groups are equally close. `furthest`: one group, or
    several that are equally far; none where all are.

    `bridges`: on which a furthest group says the same as this person. `shared`: only without bridges, what all groups that are
    shown share; without groups, what most people say. `names`: those that moderators gave to groups, by label.
    """

    answered: int
    compared: int = 0
    groups: tuple[Nearness, ...] = ()
    closest: str | None = None
    furthest: tuple[str, ...] = ()
    bridges: tuple[Told, ...] = ()
    shared: tuple[Told, ...] = ()
    names: Mapping[str, Text] = field(default_factory=dict)


def of_person(session: Session, *, municipality_id: int, slug: str, person: str | None) -> Echo:
    """What the latest snapshot has to tell this person. Raises NotFound."""
    conversation = conversations.get(session, municipality_id, slug)
    said = voting.answers(session, municipality_id=municipality_id, slug=slug, person=person)
    analysis = analyses.latest(session, conversations.identify(conversation))
    if analysis is None:
        return Echo(len(said))
    found = findings.of_result(analysis.result, conversation.publication_minimum)
    conversation_id = conversations.identify(conversation)
    mentioned = said.keys() | {finding.number for finding in found.shared}
    heard = compare(said, found, report_contents.texts_of(session, conversation_id, mentioned))
    return replace(heard, names=group_names.of(session, conversation_id) if heard.groups else {})


def compare(said: Mapping[int, Choice], found: Findings, texts: Mapping[int, Text]) -> Echo:
    """`said` by statement number; `texts` of what may be shown."""
    compared = _comparable(said, found)
    if len(compared) < LEAST_COMPARED:
        return Echo(len(said), shared=_shared(found, texts))
    groups = tuple(
        Nearness(group.label, group.size or 0, sum(_says(figures, group.label, said[figures.number]) for figures in compared))
        for group in found.shown_groups
    )
    counts = {group.same for group in groups}
    nearest, furthest = (tuple(group.label for group in groups if group.same == end) for end in (max(counts), min(counts)))
    apart = nearest != furthest
    closest = nearest[0] if apart and len(nearest) == 1 else None
    bridges = _bridges(said, compared, furthest, texts) if apart else ()
    shared = () if bridges else _shared(found, texts)
    return Echo(len(said), len(compared), groups, closest, furthest if apart else (), bridges, shared)


def _comparable(said: Mapping[int, Choice], found: Findings) -> list[Figures]:
    if not found.compares_groups:
        return []
    labels = {group.label for group in found.shown_groups}
    return [
        figures
        for figures in found.statements
        if said.get(figures.number, Choice.PASS) != Choice.PASS
        and labels <= {label for label, tally in figures.shown.items() if tally.votes}
    ]


def _says(figures: Figures, label: str, choice: Choice) -> bool:
    tally = figures.shown[label]
    return 2 * tally.count(choice) > tally.votes


def _bridges(
    said: Mapping[int, Choice], compared: list[Figures], furthest: Iterable[str], texts: Mapping[int, Text]
) -> tuple[Told, ...]:
    """Where a group agrees most clearly comes first; each statement once."""
    same = [
        Told(figures.number, texts[figures.number], said[figures.number], figures.shown[label], label)
        for figures in compared
        for label in furthest
        if figures.number in texts and _says(figures, label, said[figures.number])
    ]
    clearest: dict[int, Told] = {}
    for told in sorted(same, key=lambda told: (-told.tally.share(told.choice), told.number)):
        clearest.setdefault(told.number, told)
    return tuple(clearest.values())[:MOST_TOLD]


def _shared(found: Findings, texts: Mapping[int, Text]) -> tuple[Told, ...]:
    told = [
        Told(finding.number, texts[finding.number], finding.choice, found.figures(finding.number).everybody)
        for finding in found.shared
        if finding.number in texts
    ]
    return tuple(told[:MOST_TOLD])
