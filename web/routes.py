"""Every address, in one table, with who may enter."""

from functools import partial

from starlette.routing import Mount, Route

from deliberation.values import MODERATION_ROLES, STAFF_CONTENT_ROLES, Role
from web.handlers import (
    admin,
    analyses,
    conversations,
    language,
    ledger,
    me,
    moderation,
    official,
    official_answers,
    operations,
    policy,
    reports,
    sign_in,
    statement_page,
    statements,
    voting,
)
from web.security import staff_only
from web.static_files import VersionedFiles

officials = partial(staff_only, STAFF_CONTENT_ROLES)
admins = partial(staff_only, {Role.ADMIN})
moderators = partial(staff_only, MODERATION_ROLES)

ROUTES = [
    Route("/", conversations.home, name="home"),
    Route("/c/{slug}", conversations.show, name="conversation"),
    Route("/c/{slug}/vote", voting.cast, name="cast_vote", methods=["POST"]),
    Route("/c/{slug}/votes", voting.mine, name="my_votes"),
    Route("/c/{slug}/statements", statements.share, name="share_statement", methods=["POST"]),
    Route("/c/{slug}/map", analyses.show, name="map"),
    Route("/c/{slug}/report", reports.show, name="report"),
    Route("/c/{slug}/report", staff_only(STAFF_CONTENT_ROLES, reports.publish), name="publish_report", methods=["POST"]),
    Route("/c/{slug}/report/{number}.json", reports.file, name="report_file"),
    Route("/c/{slug}/policy", policy.show, name="policy"),
    Route("/c/{slug}/s/{number}", statement_page.show, name="statement"),
    Route("/moderate", moderators(moderation.queue), name="moderate"),
    Route("/moderate/decisions", moderators(moderation.decided), name="moderation_decisions"),
    Route("/moderate/decisions/{decision}/undo", moderators(moderation.undo), name="moderation_undo", methods=["POST"]),
    Route("/moderate/c/{slug}", moderators(moderation.by_state), name="moderation_states"),
    Route("/moderate/c/{slug}/{number}", moderators(moderation.statement), name="moderation_statement"),
    Route("/moderate/c/{slug}/{number}/accept", moderators(moderation.accept), name="moderation_accept", methods=["POST"]),
    Route("/moderate/c/{slug}/{number}/reject", moderators(moderation.reject), name="moderation_reject", methods=["POST"]),
    Route("/moderate/c/{slug}/{number}/merge", moderators(moderation.merge), name="moderation_merge", methods=["POST"]),
    Route("/moderate/c/{slug}/{number}/ban", moderators(moderation.ban), name="moderation_ban", methods=["POST"]),
    Route("/moderate/c/{slug}/{number}/unban", moderators(moderation.unban), name="moderation_unban", methods=["POST"]),
    Route("/moderate/c/{slug}/{number}/{form}", moderators(moderation.form), name="moderation_form"),
    Route("/official", officials(official.overview), name="official"),
    Route("/official/{slug}", officials(official.conversation), name="official_conversation"),
    Route("/official/{slug}", officials(official.recommend), name="recommend", methods=["POST"]),
    Route("/official/{slug}/r/{number}", officials(official_answers.show), name="official_recommendation"),
    Route(
        "/official/{slug}/r/{number}/answer", officials(official_answers.answer), name="answer_recommendation", methods=["POST"]
    ),
    Route("/official/{slug}/r/{number}/statements", officials(official_answers.link), name="link_statements", methods=["POST"]),
    Route(
        "/official/{slug}/r/{number}/statements/remove",
        officials(official_answers.unlink),
        name="unlink_statement",
        methods=["POST"],
    ),
    Route(
        "/official/{slug}/r/{number}/milestones", officials(official_answers.promise), name="promise_milestone", methods=["POST"]
    ),
    Route(
        "/official/{slug}/r/{number}/milestones/{step}/done",
        officials(official_answers.finish),
        name="finish_milestone",
        methods=["POST"],
    ),
    Route(
        "/official/{slug}/r/{number}/milestones/{step}/reopen",
        officials(official_answers.reopen),
        name="reopen_milestone",
        methods=["POST"],
    ),
    Route(
        "/official/{slug}/r/{number}/milestones/{step}/evidence",
        officials(official_answers.add_evidence),
        name="add_evidence",
        methods=["POST"],
    ),
    Route("/official/{slug}/r/{number}/{form:path}", officials(official_answers.back), name="official_recommendation_form"),
    Route("/admin", admins(admin.overview), name="admin"),
    Route("/admin/new", admins(admin.new), name="admin_new"),
    Route("/admin/new", admins(admin.create), name="create_conversation", methods=["POST"]),
    Route("/admin/c/{slug}", admins(admin.conversation), name="admin_conversation"),
    Route("/admin/c/{slug}", admins(admin.change_rules), name="change_rules", methods=["POST"]),
    Route("/admin/c/{slug}/stage", admins(admin.enter_stage), name="enter_stage", methods=["POST"]),
    Route("/admin/c/{slug}/dates", admins(admin.plan_stages), name="plan_stages", methods=["POST"]),
    Route("/admin/c/{slug}/documents", admins(admin.attach), name="attach_artefact", methods=["POST"]),
    Route("/admin/c/{slug}/documents/remove", admins(admin.detach), name="detach_artefact", methods=["POST"]),
    Route("/admin/c/{slug}/statements", admins(admin.add_seeds), name="add_seeds", methods=["POST"]),
    Route("/admin/c/{slug}/{form:path}", admins(admin.back), name="admin_conversation_form"),
    Route("/ledger", ledger.show, name="ledger"),
    Route("/ledger.jsonl", ledger.download, name="ledger_file"),
    Route("/me", me.show, name="me"),
    Route("/language", language.choose, name="language", methods=["POST"]),
    Route("/sign-in/{token}", sign_in.ask, name="sign_in"),
    Route("/sign-in/{token}", sign_in.enter, name="enter", methods=["POST"]),
    Route("/sign-out", sign_in.leave, name="sign_out", methods=["POST"]),
    Route("/healthz", operations.alive, name="alive"),
    Route("/readyz", operations.ready, name="ready"),
    Mount("/static", VersionedFiles(), name="static"),
]
