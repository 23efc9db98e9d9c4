"""The tables, one module per noun. Importing this package registers all of them on `SQLModel.metadata`."""

from deliberation.storage.tables.analyses import Analysis, AnalysisWork
from deliberation.storage.tables.conversations import Artefact, Conversation, StagePeriod
from deliberation.storage.tables.groups import GroupName
from deliberation.storage.tables.identities import Identity, RecoveryCode
from deliberation.storage.tables.invitations import Invitation, InvitationBatch
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
from deliberation.storage.tables.places import Area, ConversationArea, ConversationInterest, EmbedHost
from deliberation.storage.tables.proposals import Proposal, ProposalSupport
from deliberation.storage.tables.statements import ModerationDecision, Statement
from deliberation.storage.tables.subscriptions import Delivery, Subscription
from deliberation.storage.tables.translations import MachineTranslation, Translation, TranslationWork
from deliberation.storage.tables.votes import Vote, VoteEvent

__all__ = [
    "Account",
    "Analysis",
    "AnalysisWork",
    "Area",
    "Artefact",
    "Conversation",
    "ConversationArea",
    "ConversationInterest",
    "Delivery",
    "EmbedHost",
    "Evidence",
    "GroupName",
    "Identity",
    "Invitation",
    "InvitationBatch",
    "LedgerEntry",
    "MachineTranslation",
    "Milestone",
    "ModerationDecision",
    "Municipality",
    "Participant",
    "Person",
    "Picture",
    "Proposal",
    "ProposalSupport",
    "Recommendation",
    "RecommendationStatement",
    "RecoveryCode",
    "Report",
    "Response",
    "ResponseDraft",
    "SignInLink",
    "StagePeriod",
    "Statement",
    "Subscription",
    "Translation",
    "TranslationWork",
    "Vote",
    "VoteEvent",
]
