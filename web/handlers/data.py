"""What is handed out of a conversation: files to download, the command that derives a report again, and who decides on it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import conversations, data_dictionary, licences, release_files, release_readme, releases, reports
from deliberation.data_dictionary import Column
from deliberation.errors import N_, NotFound
from deliberation.frozen_files import RESULT_STATEMENTS
from deliberation.licences import LICENCES, Licence
from deliberation.release_files import EVERYTHING, Package
from deliberation.releases import Access
from deliberation.reports import Heading, Published
from deliberation.translations import Reading
from web.admin_forms import LicenceForm, ReleaseForm
from web.entries import Entry, attempt
from web.handlers import admin
from web.handlers.conversations import read_page
from web.handlers.reports import may_publish
from web.http import clock, locale, municipality, read, render, see, staff, tell, transact
from web.limits import network
from web.services import services

SAVED = N_("Saved, and written into the public ledger.")
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "zip": "application/zip",
    "md": "text/markdown; charset=utf-8",
}
COMPARE = (release_readme.COMPARE, release_readme.REST)


@dataclass(frozen=True, slots=True)
class Listed:
    """A file that can be downloaded, with what it holds."""

    name: str
    about: str
    sha256: str | None
    columns: list[Column]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The files of one report. `renamed`: letters of groups in the files by those in the report, where they differ.

    `licence`: the one that it was published under; `command` is None for reports of before inputs were frozen.
    """

    published: Published
    files: list[Listed]
    licence: Licence
    command: str | None
    renamed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Offer:
    """`shelf` is None while no report is published."""

    access: Access
    headings: list[Heading]
    titles: dict[int, Reading]
    shelf: Shelf | None


async def show(request: Request) -> Response:
    page = await read_page(request)
    asked = request.query_params.get("report")
    number = None if asked is None else _number(asked)

    def query(session: Session) -> Offer:
        row = page.conversation
        headings = reports.listing(session, conversations.identify(row))
        chosen = number if number is not None else (headings[0].number if headings else None)
        return Offer(
            access=releases.access(row, clock()),
            headings=headings,
            titles=reports.titles(session, headings, locale(request)),
            shelf=None if chosen is None else _shelf(releases.package(session, row, chosen, clock())),
        )

    offer = await read(request, query)
    return render(
        request,
        "data/page.html",
        page=page,
        offer=offer,
        may_hand_out=may_publish(request),
        compare=COMPARE,
        everything=EVERYTHING,
    )


async def download(request: Request) -> Response:
    """One file, or all of them as an archive."""
    slug, number, name = request.path_params["slug"], _number(request.path_params["number"]), request.path_params["file"]
    services(request).limits.count("downloads_per_network", network(request.client.host if request.client else None))
    content = await read(request, releases.file, municipality(request).id, slug, number, name, clock())
    return _attachment(content, f"{slug}-report-{number}.zip" if name == EVERYTHING else name)


async def hand_out(request: Request) -> Response:
    """Everything with the votes, for an auditor: recorded in the ledger first, packed beside the writer."""
    slug, number = request.path_params["slug"], _number(request.path_params["number"])
    handed = await transact(request, releases.hand_out, staff=staff(request), slug=slug, number=number)
    content = await read(request, releases.handed_out, municipality(request).id, handed, clock())
    return _attachment(content, f"{slug}-report-{number}-with-votes.zip")


async def back(request: Request) -> Response:
    """The address of a form, opened as a page."""
    return see(request, "data", slug=request.path_params["slug"])


async def announce(request: Request) -> Response:
    async def act(form: ReleaseForm) -> None:
        await transact(request, releases.announce, **admin.where(request), releases_votes=form.releases_votes)

    wrong = await attempt(request, ReleaseForm, act)
    return await admin.page(request, admin.Entries(release=wrong)) if wrong else admin.done(request)


async def licence(request: Request) -> Response:
    return await _licences(request, Entry())


async def choose_licence(request: Request) -> Response:
    async def act(form: LicenceForm) -> None:
        await transact(request, licences.choose, staff=staff(request), spdx=form.licence)

    wrong = await attempt(request, LicenceForm, act)
    if wrong:
        return await _licences(request, wrong)
    tell(request, SAVED)
    return see(request, "licence")


async def _licences(request: Request, entry: Entry) -> Response:
    present = await read(request, licences.of, municipality(request).id)
    return render(request, "admin/licence.html", entry.status, entry=entry, present=present, licences=list(LICENCES.values()))


def _shelf(package: Package) -> Shelf:
    source, known = package.published.contents.source, release_files.digests(package)
    renamed = {one: other for one, other in source.letters.items() if one != other} if source else {}
    files = [Listed(name, data_dictionary.ABOUT[name], known.get(name), _columns(package, name)) for name in package.names]
    command = None if source is None else release_readme.command(source)
    return Shelf(package.published, files, package.licence, command, renamed)


def _columns(package: Package, name: str) -> list[Column]:
    """Columns of groups are explained for the first of them."""
    if name not in data_dictionary.COLUMNS:
        return []
    source = package.published.contents.source
    letters = sorted(source.letters) if source and name == RESULT_STATEMENTS else package.letters
    return data_dictionary.columns(name, letters[:1])


def _attachment(content: bytes, name: str) -> Response:
    media = MEDIA.get(name.rpartition(".")[2], "text/plain; charset=utf-8")
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-cache"}
    return Response(content, media_type=media, headers=headers)


def _number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise NotFound()
    return int(text)
