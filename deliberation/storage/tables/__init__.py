"""The tables, one module per noun. Importing this package registers all of them on `SQLModel.metadata`."""

from deliberation.storage.tables.analyses import Analysis, AnalysisSummary, AnalysisWork
from deliberation.storage.tables.attachments import Attachment
from deliberation.storage.tables.conversations import Artefact, Conversation, StagePeriod
from deliberation.storage.tables.frozen import FrozenInput
from deliberation.storage.tables.groups import GroupName
from deliberation.storage.tables.identities import Identity, RecoveryCode
from deliberation.storage.tables.invitations import Invitation, InvitationBatch
from deliberation.storage.tables.ledger import LedgerEntry
from deliberation.storage.tables.meetings import AgendaItem, Meeting
from deliberation.storage.tables.outcomes import (
    Comment,
    Evidence,
    Extension,
    Milestone,
    Office,
    Recommendation,
    RecommendationFinding,
    RecommendationStatement,
    RecommendationWording,
    Reminder,
    Report,
    ReportStatement,
    Response,
    ResponseDraft,
)
from deliberation.storage.tables.people import Account, Municipality, Participant, Person, SignInLink
from deliberation.storage.tables.pictures import Picture
from deliberation.storage.tables.places import Area, ConversationArea, ConversationInterest, EmbedHost
from deliberation.storage.tables.proposals import Proposal, ProposalSupport
from deliberation.storage.tables.statements import ModerationDecision, Statement
from deliberation.storage.tables.subscriptions import Delivery, Subscription, SubscriptionItem, Webhook
from deliberation.storage.tables.translations import MachineTranslation, Translation, TranslationWork
from deliberation.storage.tables.vote_hours import VoteHour, VoteHourMark
from deliberation.storage.tables.votes import Vote, VoteEvent

__all__ = [
    "Account",
    "AgendaItem",
    "Analysis",
    "AnalysisSummary",
    "AnalysisWork",
    "Area",
    "Artefact",
    "Attachment",
    "Comment",
    "Conversation",
    "ConversationArea",
    "ConversationInterest",
    "Delivery",
    "EmbedHost",
    "Evidence",
    "Extension",
    "FrozenInput",
    "GroupName",
    "Identity",
    "Invitation",
    "InvitationBatch",
    "LedgerEntry",
    "MachineTranslation",
    "Meeting",
    "Milestone",
    "ModerationDecision",
    "Municipality",
    "Office",
    "Participant",
    "Person",
    "Picture",
    "Proposal",
    "ProposalSupport",
    "Recommendation",
    "RecommendationFinding",
    "RecommendationStatement",
    "RecommendationWording",
    "RecoveryCode",
    "Reminder",
    "Report",
    "ReportStatement",
    "Response",
    "ResponseDraft",
    "SignInLink",
    "StagePeriod",
    "Statement",
    "Subscription",
    "SubscriptionItem",
    "Translation",
    "TranslationWork",
    "Vote",
    "VoteEvent",
    "VoteHour",
    "VoteHourMark",
    "Webhook",
]
