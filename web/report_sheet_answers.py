"""Recommendations on paper, with what came of them by the day on which the sheet is made."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from deliberation.errors import N_
from deliberation.outcomes import Answer, Recommended, Step
from deliberation.values import Outcome, RecommendationState
from web import i18n, markdown
from web.report_words import ReportWords
from web.sheet_blocks import Block, own, paragraph, section
from web.words import OUTCOMES

WAITING = {
    RecommendationState.DRAFT: N_("Draft"),
    RecommendationState.COMMENTING: N_("Open for comments"),
    RecommendationState.COMMENTED: N_("Comments closed"),
    RecommendationState.HANDED_OVER: N_("Not answered yet"),
}


def section_of(recommendations: Sequence[Recommended], made_on: date, words: ReportWords) -> Block | None:
    """None where nothing has been recommended on the basis of this report."""
    if not recommendations:
        return None
    shown = _Answers(words)
    as_of = paragraph(words.gettext("As of %(moment)s.", moment=i18n.day(made_on, words.language)), "quiet")
    return section(words.gettext("Recommendations and answers"), as_of, *(shown.block(row) for row in recommendations))


class _Answers:
    def __init__(self, words: ReportWords) -> None:
        self.words = words

    def block(self, row: Recommended) -> dict[str, Any]:
        _ = self.words.gettext
        return {
            "kind": "recommendation",
            "title": _("Recommendation %(number)s", number=self.words.number(row.number)),
            "text": own(row.text),
            "state": _(OUTCOMES[row.answer.outcome] if row.answer else WAITING[row.phase]),
            "sign": row.state,
            "meta": self._meta(row),
            "answer": self._answer(row.answer) if row.answer else None,
            "steps": [self._step(step) for step in row.steps],
            "steps_title": _("Steps"),
            "rests_on": self._rests_on(row),
        }

    def _meta(self, row: Recommended) -> list[str]:
        _ = self.words.gettext
        asked = [_("Asked: %(office)s", office=row.office_name.text if row.office_name else row.office)] if row.office else []
        waits = row.answer is None and row.answer_due_on is not None
        due = [_("The answer is due by %(day)s.", day=self._day(row.answer_due_on))] if waits and row.answer_due_on else []
        return [*asked, *due, *([_("Overdue")] if row.days_over else [])]

    def _answer(self, answer: Answer) -> dict[str, Any]:
        _ = self.words.gettext
        meta = [_("Answered on %(day)s", day=i18n.day(answer.published_at, self.words.language))]
        if answer.owner:
            meta.append(_("Answers for it: %(office)s", office=answer.owner_name.text if answer.owner_name else answer.owner))
        if answer.due_on:
            decided = answer.outcome == Outcome.DEFERRED
            said = N_("To be decided by %(day)s") if decided else N_("To be done by %(day)s")
            meta.append(_(said, day=self._day(answer.due_on)))
        return {
            "title": _("The answer"),
            "meta": meta,
            "nodes": markdown.nodes(answer.reason.text),
            "language": answer.reason.language,
            "facts": self._facts(answer),
        }

    def _facts(self, answer: Answer) -> list[dict[str, Any]]:
        _ = self.words.gettext
        basis, budget = (each and own(each) for each in (answer.legal_basis, answer.budget))
        known = ((_("Legal basis"), basis), (_("Link"), answer.legal_url), (_("Budget"), budget))
        return [{"name": name, "value": value} for name, value in known if value]

    def _step(self, step: Step) -> dict[str, Any]:
        return {"text": own(step.title), "state": self._state(step), "done": step.done_on is not None}

    def _state(self, step: Step) -> str:
        _ = self.words.gettext
        if step.done_on:
            return _("Done on %(day)s.", day=self._day(step.done_on))
        if step.dropped:
            return _("Given up")
        if step.due_on is None:
            return _("Planned")
        day = self._day(step.due_on)
        return (
            self.words.late(day, step.clock.days_over)
            if step.clock and step.clock.days_over
            else _("Promised for %(day)s.", day=day)
        )

    def _rests_on(self, row: Recommended) -> str:
        numbers = ", ".join(self.words.number(statement.number) for statement in row.statements)
        return self.words.gettext("It rests on these statements: %(numbers)s.", numbers=numbers) if numbers else ""

    def _day(self, day: date) -> str:
        return i18n.day(day, self.words.language)
