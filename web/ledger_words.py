"""What the public ledger's codes mean, to be translated where they are shown."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from deliberation.errors import N_
from deliberation.outcomes import Owed
from deliberation.values import (
    ArtefactKind,
    EvidenceKind,
    Interest,
    Joining,
    ModerationMode,
    Outcome,
    Reason,
    Role,
    Stage,
    StatementState,
)
from web import i18n
from web.words import word

ACTIONS = {
    "area.added": N_("The municipality named an area."),
    "area.removed": N_("An area was removed."),
    "area.renamed": N_("An area was given another name."),
    "account.role": N_("A member of staff was given a role."),
    "account.closed": N_("A member of staff’s account was closed."),
    "artefact.attached": N_("A document was attached to a stage."),
    "artefact.detached": N_("A document was taken off a stage."),
    "comment.accepted": N_("A comment on a recommendation was accepted."),
    "comment.rejected": N_("A comment on a recommendation was rejected."),
    "conversation.created": N_("A conversation was opened."),
    "conversation.dates": N_("The dates of a stage were set."),
    "conversation.embedding": N_("It was said which sites may show a conversation’s card."),
    "conversation.imported": N_("A conversation was imported from another system."),
    "conversation.joining": N_("Who may take part in a conversation was changed."),
    "conversation.no_release": N_("It was announced that the votes of a conversation are not released."),
    "conversation.places": N_("It was said which areas and interests a conversation belongs to."),
    "conversation.release": N_("It was announced that the votes of a conversation are released after its end."),
    "conversation.rules": N_("The texts or rules of a conversation were changed."),
    "conversation.stage": N_("A conversation moved to another stage."),
    "data.handed_out": N_("Staff took away the votes behind a report, to hand them to an auditor."),
    "evidence.added": N_("Evidence was added to a milestone."),
    "extension.published": N_("Something that is owed was put off to a later day."),
    "group.named": N_("A moderator gave an opinion group a name."),
    "group.unnamed": N_("A moderator took an opinion group’s name away."),
    "invitations.made": N_("Invitations to a conversation were made."),
    "invitations.withdrawn": N_("Invitations that nobody had used yet were withdrawn."),
    "meeting.agenda": N_("The agenda of a meeting was changed."),
    "meeting.cancelled": N_("A meeting was cancelled."),
    "meeting.changed": N_("What is said about a meeting was changed."),
    "meeting.deleted": N_("A meeting that was announced by mistake was deleted."),
    "meeting.planned": N_("A meeting was planned."),
    "milestone.done": N_("A milestone was marked as done."),
    "milestone.promised": N_("A milestone was promised."),
    "milestone.reopened": N_("A milestone was marked as not done after all."),
    "moderation.undone": N_("A moderator’s decision was undone."),
    "municipality.licence": N_("The municipality chose the licence under which its data leave."),
    "municipality.mandate": N_("The municipality said in its own words what agreement obliges it to."),
    "municipality.mandate_usual": N_("The municipality went back to the usual words on what agreement obliges it to."),
    "original.language": N_("The language in which a text is recorded was corrected."),
    "office.added": N_("The municipality named an office."),
    "office.closed": N_("An office was closed; it is asked nothing any more."),
    "office.removed": N_("An office was removed."),
    "office.renamed": N_("An office was given another name."),
    "office.reopened": N_("A closed office can be asked again."),
    "participant.banned": N_("A participant was excluded."),
    "person.erased": N_("Somebody had their data erased."),
    "participant.unbanned": N_("A participant was let in again."),
    "proposal.accepted": N_("A proposed topic was accepted; residents can support it."),
    "proposal.declined": N_("A proposed topic was declined."),
    "proposal.opened": N_("A proposed topic became a conversation."),
    "recommendation.grouped": N_("A recommendation was put under a heading."),
    "recommendation.handed_over": N_("A recommendation was handed over to an office."),
    "recommendation.linked": N_("Statements were added to a recommendation."),
    "recommendation.opened": N_("A recommendation was opened for comments."),
    "recommendation.published": N_("A recommendation was published."),
    "recommendation.reworded": N_("A recommendation was worded anew."),
    "recommendation.unlinked": N_("A statement was taken off a recommendation."),
    "report.published": N_("A report was published."),
    "response.published": N_("A recommendation was answered."),
    "statement.accepted": N_("A statement was accepted."),
    "statement.merged": N_("A statement was merged into another one; its votes count there."),
    "statement.rejected": N_("A statement was rejected."),
    "statement.seeded": N_("The municipality added statements."),
    "translation.reviewed": N_("A translation was checked by a second person."),
    "translation.saved": N_("A text was translated by a person."),
}
FACTS = {
    "analysis": N_("Analysis"),
    "answer_due_on": N_("Answer due on"),
    "areas": N_("Areas"),
    "artefact": N_("Document"),
    "author": N_("Written by"),
    "batch": N_("Invitations, number"),
    "budget": N_("Seal of the budget"),
    "claim": N_("What signing in must confirm"),
    "closes_at": N_("Closes"),
    "comments_until": N_("Open for comments until"),
    "conversation": N_("Conversation"),
    "done_on": N_("Done on"),
    "due_on": N_("Due on"),
    "ends_on": N_("Ends on"),
    "events": N_("Votes with those changed later"),
    "findings": N_("Findings"),
    "format": N_("Format"),
    "from": N_("Before"),
    "from_day": N_("Due until now"),
    "group": N_("Group"),
    "hosts": N_("Number of sites"),
    "input_sha256": N_("Seal of the votes"),
    "interests": N_("Interests"),
    "into": N_("Merged into statement"),
    "invitations": N_("Invitations"),
    "changed": N_("What was changed"),
    "file_sha256": N_("SHA-256 of the file"),
    "items": N_("Items"),
    "kind": N_("Kind"),
    "meeting": N_("Meeting"),
    "minutes": N_("Minutes of time"),
    "starts_at": N_("Begins"),
    "language": N_("Language"),
    "legal_basis": N_("Seal of the legal basis"),
    "moderation": N_("Moderation"),
    "note": N_("Seal of the note"),
    "number": N_("Number"),
    "office": N_("Seal of the office"),
    "opens_at": N_("Opens"),
    "outcome": N_("Answer"),
    "override": N_("Seal of the reason for publishing all the same"),
    "owed": N_("What is owed"),
    "owner": N_("Seal of the office that answers"),
    "participant": N_("Seal of the participant"),
    "participants": N_("Participants"),
    "progress": N_("Seal of the progress"),
    "reason": N_("Reason"),
    "report": N_("Report"),
    "reviewer": N_("Read by a second person"),
    "role": N_("Role"),
    "sha256": N_("Seal of the content"),
    "stage": N_("Stage"),
    "starts_on": N_("Starts on"),
    "state": N_("Now"),
    "statement_limit": N_("Longest statement"),
    "statements": N_("Statements"),
    "text": N_("Seal of the text"),
    "texts": N_("Changed texts"),
    "theme": N_("Seal of the heading"),
    "title": N_("Seal of the title"),
    "to": N_("After"),
    "to_day": N_("Due from now on"),
    "undone": N_("What was undone"),
    "url": N_("Seal of the address"),
    "votes": N_("Votes"),
    "votes_sha256": N_("Fingerprint of the file of votes"),
}
"""Names of facts. A seal is a digest that can be checked by whoever has the text."""

CODES: Mapping[str, Enum] = {
    kind.value: kind
    for kinds in (
        Stage,
        StatementState,
        Reason,
        ModerationMode,
        Joining,
        Interest,
        Outcome,
        Role,
        Owed,
        EvidenceKind,
        ArtefactKind,
    )
    for kind in kinds
}


def sentence(action: str, language: str) -> str:
    """What happened, in words; the code itself when it is not known here."""
    return i18n.translate(language, ACTIONS[action]) if action in ACTIONS else action


def facts(found: Mapping[str, Any], language: str) -> list[tuple[str, str, bool]]:
    """Name, value and whether the value is a seal, for facts that say something."""
    return [
        (i18n.translate(language, FACTS[name]) if name in FACTS else name, _value(value, language), is_seal(value))
        for name, value in found.items()
        if value not in (None, "", [])
    ]


def is_seal(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 64 and set(value) <= set("0123456789abcdef")


def _value(value: Any, language: str) -> str:
    if isinstance(value, list):
        return ", ".join(_value(each, language) for each in value)
    if isinstance(value, int) and not isinstance(value, bool):
        return i18n.number(value, language)
    if value in ACTIONS:
        return sentence(value, language)
    return i18n.translate(language, word(CODES[value])) if value in CODES else str(value)
