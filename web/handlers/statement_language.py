"""In which language a statement is: its author says so, or a moderator or translator."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from deliberation import translation_edits
from deliberation.errors import N_
from deliberation.errors.translations import LanguageUnknown
from deliberation.values import MODERATION_ROLES, TRANSLATION_ROLES
from web import paths
from web.forms import FormInvalid
from web.http import account, municipality, person, read_form, see, tell, transact
from web.services import services
from web.translation_forms import StatementLanguageForm

THANKS = N_("The language of the statement is corrected.")


async def correct(request: Request) -> Response:
    """Whoever wrote it may, and staff who read it. The way back is the page that the form stood on."""
    try:
        form = await read_form(request, StatementLanguageForm)
    except FormInvalid as invalid:
        raise LanguageUnknown() from invalid
    slug, number, staff = request.path_params["slug"], paths.number(request, "number"), account(request)
    if staff is not None and staff.role in MODERATION_ROLES | TRANSLATION_ROLES:
        await transact(
            request, translation_edits.correct_statement, staff=staff, slug=slug, number=number, language=form.language
        )
    else:
        services(request).limits.count("corrections_per_participant", person(request) or "")
        await transact(
            request,
            translation_edits.correct_own,
            municipality_id=municipality(request).id,
            slug=slug,
            number=number,
            person=person(request),
            language=form.language,
        )
    tell(request, THANKS)
    if form.back:
        return RedirectResponse(form.back, status_code=303)
    return see(request, "statement", slug=slug, number=number)


async def form(request: Request) -> Response:
    """The address of the form, opened as a page."""
    return see(request, "statement", slug=request.path_params["slug"], number=paths.number(request, "number"))
