"""A published report on paper."""

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import conversations, policy, reports
from deliberation.storage.rows import identity
from web import sheets
from web.addresses import absolute
from web.handlers.reading import number_of
from web.http import locale, municipality, read, today
from web.limits import network
from web.report_sheet import Addresses, ReportSheet, Told
from web.services import services

KEPT_SECONDS = 300


async def show(request: Request) -> Response:
    """In the language that is asked for, with recommendations and answers as they stand."""
    slug, number = request.path_params["slug"], number_of(request.path_params["number"])
    told = await read(request, _told, request, slug, number)
    services(request).limits.count("sheets_per_network", network(request.client.host if request.client else None))
    language = locale(request)
    made = await sheets.pdf("report", language, ReportSheet(told, language).data())
    headers = {
        "Content-Disposition": f'inline; filename="{slug}-report-{number}-{language}.pdf"',
        "Cache-Control": f"private, max-age={KEPT_SECONDS}",
        "Vary": "Cookie, Accept-Language",
    }
    return Response(made, media_type="application/pdf", headers=headers)


def _told(session: Session, request: Request, slug: str, number: int) -> Told:
    language, tenant = locale(request), municipality(request)
    conversation = conversations.get(session, tenant.id, slug)
    key = identity(conversation)
    published = reports.get(session, key, number)
    recommended = policy.of_conversation(session, key, language, today())
    return Told(
        municipality=tenant,
        topic=conversations.headings(session, [conversation], language)[key],
        title=reports.titles(session, [published.heading], language)[number],
        introduction=reports.introduction(session, published, language),
        note=reports.note(session, published, language),
        override=reports.override(session, published, language),
        published=published,
        recommendations=[row for row in recommended if row.report == number],
        made_on=today(),
        addresses=_addresses(request, slug, number),
    )


def _addresses(request: Request, slug: str, number: int) -> Addresses:
    report = f"{absolute(request, 'report', slug=slug)}?report={number}"
    return Addresses(report, f"{report}&view=statements", f"{absolute(request, 'data', slug=slug)}?report={number}")
