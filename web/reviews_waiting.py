"""Which answers wait for the second person who is reading now."""

from collections.abc import Iterable
from dataclasses import dataclass

from deliberation import response_drafts
from deliberation.accounts import Staff
from deliberation.outcomes import Recommended
from deliberation.storage.tables import ResponseDraft
from deliberation.values import DraftState


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer that waits for a review, with the recommendations that get it."""

    recommended: tuple[Recommended, ...]
    draft: ResponseDraft


def waiting_for(reader: Staff, begun: Iterable[tuple[Recommended, ResponseDraft]]) -> tuple[Waiting, ...]:
    """Each batch of answers once."""
    batches: dict[str, list[tuple[Recommended, ResponseDraft]]] = {}
    for row, draft in begun:
        if draft.state == DraftState.SUBMITTED and response_drafts.may_review(draft, reader):
            batches.setdefault(draft.batch or str(row.id), []).append((row, draft))
    return tuple(Waiting(tuple(row for row, _ in together), together[0][1]) for together in batches.values())
