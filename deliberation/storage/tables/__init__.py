"""The tables, one module per noun. Importing this package registers all of them on `SQLModel.metadata`."""

from deliberation.storage.tables.analyses import Analysis, AnalysisWork
from deliberation.storage.tables.conversations import Artefact, Conversation, StagePeriod
from deliberation.storage.tables.ledger import LedgerEntry
from deliberation.storage.tables.outcomes import (
    Evidence,
    Milestone,
    Recommendation,
    RecommendationStatement,
    Report,
    Response,
    ResponseDraft,
)
from deliberation.storage.tables.people import Account, Municipality, Participant, Person, SignInLink
from deliberation.storage.tables.pictures import Picture
from deliberation.storage.tables.statements import ModerationDecision, Statement, Translation
from deliberation.storage.tables.votes import Vote, VoteEvent

__all__ = [
    "Account",
    "Analysis",
    "AnalysisWork",
    "Artefact",
    "Conversation",
    "Evidence",
    "LedgerEntry",
    "Milestone",
    "ModerationDecision",
    "Municipality",
    "Participant",
    "Person",
    "Picture",
    "Recommendation",
    "RecommendationStatement",
    "Report",
    "Response",
    "ResponseDraft",
    "SignInLink",
    "StagePeriod",
    "Statement",
    "Translation",
    "Vote",
    "VoteEvent",
]
