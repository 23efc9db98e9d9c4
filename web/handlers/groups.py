"""Moderators give opinion groups names."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import StringConstraints
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from deliberation import analyses, conversations, findings, group_names, report_contents
from deliberation.errors import N_
from deliberation.finding import Finding
from deliberation.findings import Findings
from deliberation.group_names import Given
from deliberation.texts import Text
from deliberation.translations import Reading
from web.entries import Entry, attempt
from web.forms import Form, Tag
from web.http import locale, municipality, read, render, staff, tell, transact

MOST_LISTED = 5
NAMED = N_("The name is shown from now on wherever the group is.")
UNNAMED = N_("The group goes by its letter alone again.")


class GroupNameForm(Form):
    legible = False
    label: Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,8}$")]
    name: Annotated[str, StringConstraints(max_length=1000)] = ""
    language: Tag


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of the latest snapshot and what defines them; `findings` is None before the first. `given`: names by letter.

    `former`: names of letters that no group has any more.
    """

    slug: str
    topic: Reading
    language: str
    findings: Findings | None
    listed: Mapping[str, tuple[Finding, ...]]
    texts: Mapping[int, Text]
    given: Mapping[str, Given]
    former: list[Given]


async def show(request: Request) -> Response:
    return await _page(request, Entry())


async def name(request: Request) -> Response:
    """Take a name in, or away. What is wrong with it comes back with what was typed."""
    slug = request.path_params["slug"]
    taken: GroupNameForm | None = None

    async def act(form: GroupNameForm) -> None:
        nonlocal taken
        await transact(request, group_names.give, staff=staff(request), slug=slug, **form.model_dump())
        taken = form

    wrong = await attempt(request, GroupNameForm, act)
    if wrong is not None:
        return await _page(request, wrong)
    assert taken is not None
    tell(request, NAMED if taken.name.strip() else UNNAMED)
    address = request.app.url_path_for("moderation_groups", slug=slug)
    return RedirectResponse(f"{address}#group-{taken.label}", status_code=303)


async def _page(request: Request, entry: Entry) -> Response:
    found = await read(request, _groups, municipality(request).id, request.path_params["slug"], locale(request))
    return render(request, "moderation/groups.html", status=entry.status, groups=found, entry=entry)


def _groups(session: Session, municipality_id: int, slug: str, language: str) -> Groups:
    conversation = conversations.get(session, municipality_id, slug)
    conversation_id = conversations.identify(conversation)
    analysis = analyses.latest(session, conversation_id)
    found = None if analysis is None else findings.of_result(analysis.result, conversation.publication_minimum)
    listed = {} if found is None else {group.label: found.of_group(group.label)[:MOST_LISTED] for group in found.shown_groups}
    numbers = {finding.number for of_group in listed.values() for finding in of_group}
    given = group_names.given(session, conversation_id)
    return Groups(
        slug=slug,
        topic=conversations.headings(session, [conversation], language)[conversation_id],
        language=conversation.language,
        findings=found,
        listed=listed,
        texts=report_contents.texts_of(session, conversation_id, numbers),
        given={name.label: name for name in given},
        former=[name for name in given if not name.is_there],
    )
