"""The small words of the domain: what a choice, a stage, a role or a state can be."""

from enum import IntEnum, StrEnum

LANGUAGES = ("en", "ja", "ko", "th", "zh-Hans", "zh-Hant")
"""Languages of the interface; texts by people may be in any language (BCP 47 tag)."""


class Choice(IntEnum):
    """An answer to a statement. Agree is +1 everywhere."""

    DISAGREE = -1
    PASS = 0
    AGREE = 1


class Stage(StrEnum):
    PROPOSAL = "proposal"
    OPINION = "opinion"
    REFLECTION = "reflection"
    DECISION = "decision"


class Role(StrEnum):
    ADMIN = "admin"
    MODERATOR = "moderator"
    OFFICIAL = "official"
    TRANSLATOR = "translator"
    CLERK = "clerk"


class Channel(StrEnum):
    """How a participant came in."""

    ONLINE = "online"
    COUNTER = "counter"
    POST = "post"
    PHONE = "phone"
    KIOSK = "kiosk"


class ModerationMode(StrEnum):
    """Whether a statement waits for a moderator before it is shown."""

    PRE = "pre"
    POST = "post"


class Joining(StrEnum):
    """Who may take part in a conversation."""

    OPEN = "open"
    INVITATION = "invitation"
    SIGN_IN = "sign_in"


class Interest(StrEnum):
    """Fields of policy by which residents find what concerns them."""

    TRANSPORT = "transport"
    ENVIRONMENT = "environment"
    HOUSING = "housing"
    PUBLIC_SPACE = "public_space"
    EDUCATION = "education"
    FAMILIES = "families"
    HEALTH = "health"
    CULTURE = "culture"
    ECONOMY = "economy"
    SAFETY = "safety"
    DISASTERS = "disasters"
    DIGITAL = "digital"
    BUDGET = "budget"


class ProposalState(StrEnum):
    """What became of a topic that a resident proposed."""

    PENDING = "pending"
    SUPPORTABLE = "supportable"
    DECLINED = "declined"
    OPENED = "opened"


class StatementState(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    MERGED = "merged"


class Reason(StrEnum):
    """Why a statement was rejected or a participant banned; published with the decision."""

    OFF_TOPIC = "off_topic"
    INSULTING = "insulting"
    PERSONAL_DATA = "personal_data"
    DUPLICATE = "duplicate"
    NOT_A_STATEMENT = "not_a_statement"
    SPAM = "spam"


class DecisionKind(StrEnum):
    """What a moderator did."""

    ACCEPT = "accept"
    REJECT = "reject"
    MERGE = "merge"
    BAN = "ban"
    UNBAN = "unban"
    UNDO = "undo"


class Provenance(StrEnum):
    """Where a text in some language comes from.

    REVIEWED is how a translation by machine is read after a person has found it right; stored it is MACHINE, with a reviewer.
    """

    ORIGINAL = "original"
    HUMAN = "human"
    MACHINE = "machine"
    REVIEWED = "reviewed"


class Translatable(StrEnum):
    """What has translations; together with the row's id it names one text."""

    STATEMENT = "statement"
    TOPIC = "topic"
    BACKGROUND = "background"
    ARTEFACT = "artefact"
    REPORT_TITLE = "report_title"
    REPORT_INTRODUCTION = "report_introduction"
    RECOMMENDATION = "recommendation"
    RESPONSE = "response"
    LEGAL_BASIS = "legal_basis"
    BUDGET = "budget"
    MILESTONE = "milestone"
    EVIDENCE = "evidence"
    GROUP_NAME = "group_name"
    AREA = "area"
    PROPOSAL_TOPIC = "proposal_topic"
    PROPOSAL_WHY = "proposal_why"
    NOTE = "note"
    REPORT_NOTE = "report_note"
    REPORT_OVERRIDE = "report_override"
    MANDATE_NOTICE = "mandate_notice"
    OFFICE = "office"
    THEME = "theme"
    COMMENT = "comment"
    EXTENSION_REASON = "extension_reason"
    EXTENSION_PROGRESS = "extension_progress"
    MEETING = "meeting"
    CANCEL_REASON = "cancel_reason"
    AGENDA_ITEM = "agenda_item"


class RecommendationState(StrEnum):
    """How far a recommendation has come: seen by staff alone, open for comments, waiting to be handed over, with an office."""

    DRAFT = "draft"
    COMMENTING = "commenting"
    COMMENTED = "commented"
    HANDED_OVER = "handed_over"


class DraftState(StrEnum):
    """An answer that is not public yet: being written, waiting for a second person, or given back by that person."""

    WRITING = "writing"
    SUBMITTED = "submitted"
    RETURNED = "returned"


class Outcome(StrEnum):
    """An official's answer to a recommendation."""

    ADOPTED = "adopted"
    PARTLY = "partly"
    DECLINED = "declined"
    DEFERRED = "deferred"


class EvidenceKind(StrEnum):
    """What one sees where a milestone was reached."""

    CLAUSE = "clause"
    CONTRACT = "contract"
    BUDGET_LINE = "budget_line"
    PHOTO = "photo"
    OTHER = "other"


class ArtefactKind(StrEnum):
    """What a document of a stage is; the stages' checklists ask for some of them."""

    BRIEF = "brief"
    SPONSOR = "sponsor"
    MATERIAL = "material"
    RULES = "rules"
    AGENDA = "agenda"
    STREAM = "stream"
    MINUTES = "minutes"
    RECORDING = "recording"
    DOCUMENT = "document"


STAFF_CONTENT_ROLES = frozenset({Role.OFFICIAL, Role.ADMIN})
MODERATION_ROLES = frozenset({Role.MODERATOR, Role.ADMIN})
WRITING_ROLES = STAFF_CONTENT_ROLES | MODERATION_ROLES
"""Who may word a recommendation."""
TRANSLATION_ROLES = frozenset({Role.TRANSLATOR, Role.ADMIN})
