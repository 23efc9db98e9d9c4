"""Administrators say who may join a conversation, and make invitations. Their codes are shown once and stand on the page alone:
what is printed from there is what the page sends back."""

import csv
import io
import json
from collections.abc import Sequence

from markupsafe import Markup
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from deliberation import conversations, invitation_codes, invitations, joining
from deliberation.errors import N_, NotFound
from deliberation.invitations import Made
from deliberation.storage.rows import identity
from deliberation.translations import Reading
from web import i18n, sheets
from web.addresses import absolute, readable
from web.admin_forms import BatchForm, CodesForm, JoiningForm, WithdrawalForm
from web.entries import attempt
from web.handlers.admin import Entries, done, page, where
from web.http import locale, municipality, read, read_form, render, see, tell, transact

SLIPS_ON_A_PAGE = 100
"""To a page that is printed: more codes to draw would keep the browser and the server busy for many seconds."""
TITLE = N_("Invitations")
HOW = N_("You are invited to take part. Scan the picture, or enter the code at %(address)s")
NOTE = N_("For one person. Your votes are not kept with this code.")
WITHDRAWN = N_("These invitations have ended. Whoever came in with one stays.")


async def change_rule(request: Request) -> Response:
    async def act(form: JoiningForm) -> None:
        await transact(request, joining.change, **where(request), rule=form.rule)

    wrong = await attempt(request, JoiningForm, act)
    return await page(request, Entries(joining=wrong)) if wrong else done(request)


async def make(request: Request) -> Response:
    """Make codes and show them, for the only time there is."""
    made: Made | None = None

    async def act(form: BatchForm) -> None:
        nonlocal made
        made = await transact(request, invitations.make, **where(request), **form.model_dump())

    wrong = await attempt(request, BatchForm, act)
    if wrong:
        return await page(request, Entries(invitations=wrong))
    assert made is not None
    codes = [invitation_codes.written(code) for code in made.codes]
    parts = [(start + 1, min(start + SLIPS_ON_A_PAGE, len(codes))) for start in range(0, len(codes), SLIPS_ON_A_PAGE)]
    topic = await _topic(request, locale(request))
    return _kept_nowhere(render(request, "joining/codes.html", codes=codes, parts=parts, topic=topic, slug=_slug(request)))


async def withdraw(request: Request) -> Response:
    async def act(form: WithdrawalForm) -> None:
        await transact(request, invitations.withdraw, **where(request), batch=form.batch)

    wrong = await attempt(request, WithdrawalForm, act)
    if wrong:
        return await page(request, Entries(invitations=wrong))
    tell(request, WITHDRAWN)
    return see(request, "admin_conversation", slug=_slug(request))


async def slips(request: Request) -> Response:
    """Codes to cut out, each with its address as a picture for phones, on a page of the browser."""
    form = await read_form(request, CodesForm)
    codes = _part(form, await _codes(request, form))
    pictures = await run_in_threadpool(_pictures, [_address(request, code) for code in codes])
    drawn = [(invitation_codes.written(code), Markup(svg)) for code, svg in zip(codes, pictures, strict=True)]  # noqa: S704  drawn here
    topic = await _topic(request, locale(request))
    return _kept_nowhere(render(request, "joining/slips.html", slips=drawn, topic=topic, where=readable(_address(request))))


async def sheet(request: Request) -> Response:
    """The same on paper, in the language that is asked for."""
    form = await read_form(request, CodesForm)
    codes, language = _part(form, await _codes(request, form)), form.language or locale(request)
    topic = await _topic(request, language)
    addresses = [_address(request, code) for code in codes]
    pictures = await run_in_threadpool(_pictures, addresses)
    data = {
        "title": f"{i18n.translate(language, TITLE)}: {topic.text}",
        "municipality": municipality(request).name,
        "topic": {"text": topic.text, "language": topic.language},
        "how": i18n.translate(language, HOW) % {"address": readable(_address(request))},
        "note": i18n.translate(language, NOTE),
        "slips": [
            {"code": invitation_codes.written(code), "picture": picture, "alt": address}
            for code, picture, address in zip(codes, pictures, addresses, strict=True)
        ],
    }
    # Without the memory of sheets: codes must not stay in it.
    made = await run_in_threadpool(sheets.make.__wrapped__, "invitations", language, json.dumps(data))
    headers = {"Content-Disposition": f'inline; filename="invitations-{_slug(request)}-{form.part + 1}-{language}.pdf"'}
    return _kept_nowhere(Response(made, media_type="application/pdf", headers=headers))


async def table(request: Request) -> Response:
    """The codes for a spreadsheet or a mail merge."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["code", "address"])
    codes = await _codes(request, await read_form(request, CodesForm))
    writer.writerows([invitation_codes.written(code), _address(request, code)] for code in codes)
    headers = {"Content-Disposition": f'attachment; filename="invitations-{_slug(request)}.csv"'}
    return _kept_nowhere(Response(text.getvalue(), headers=headers, media_type="text/csv"))


async def _codes(request: Request, form: CodesForm) -> list[str]:
    """What the page with the new codes sends back, if these are the conversation's codes."""
    return await read(
        request, invitations.check_codes, municipality_id=municipality(request).id, slug=_slug(request), typed=form.codes.split()
    )


def _part(form: CodesForm, codes: list[str]) -> list[str]:
    found = codes[form.part * SLIPS_ON_A_PAGE :][:SLIPS_ON_A_PAGE]
    if not found:
        raise NotFound()
    return found


async def _topic(request: Request, language: str) -> Reading:
    def query(session: Session) -> Reading:
        row = conversations.get(session, municipality(request).id, _slug(request))
        return conversations.headings(session, [row], language)[identity(row)]

    return await read(request, query)


def _slug(request: Request) -> str:
    slug: str = request.path_params["slug"]
    return slug


def _address(request: Request, code: str | None = None) -> str:
    """The whole address of an invitation, or of the page where its code is typed."""
    return absolute(request, "invited", code=code) if code else absolute(request, "join_anywhere")


def _pictures(addresses: Sequence[str]) -> list[str]:
    """QR codes as SVG."""
    import segno  # for whoever prints invitations

    def draw(address: str) -> str:
        drawn = io.BytesIO()
        code = segno.make(address, error="m", micro=False)
        code.save(drawn, kind="svg", scale=2, border=2, omitsize=True, svgclass="qr", xmldecl=False, nl=False)
        return drawn.getvalue().decode()

    return [draw(address) for address in addresses]


def _kept_nowhere(answer: Response) -> Response:
    """Codes stay neither in the browser's memory of pages nor in a proxy's."""
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
