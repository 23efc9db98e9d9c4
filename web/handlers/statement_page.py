"""One statement: what became of it and what rests on it."""

from starlette.requests import Request
from starlette.responses import Response

from deliberation import conversations, group_names, trace, trace_graph
from deliberation.trace_items import ItemKind, statement_key
from web import paths, trace_view
from web.handlers.conversations import read_page
from web.http import locale, municipality, person, read, render, today


async def show(request: Request) -> Response:
    found = await read(
        request,
        trace.of_statement,
        municipality_id=municipality(request).id,
        slug=request.path_params["slug"],
        number=paths.number(request, "number"),
        person=person(request),
        locale=locale(request),
        today=today(),
    )
    page = await read_page(request)
    key = statement_key(found.number)
    graph = await read(request, trace_graph.around, page.conversation, key, locale(request), today())
    around = trace_view.surroundings(request, page.conversation.slug, graph, key)
    called = await read(request, group_names.of, conversations.identify(page.conversation))
    names = {label: name.reading(locale(request)) for label, name in called.items()}
    return render(
        request,
        "statements/show.html",
        page=page,
        statement=found,
        names=names,
        trace=around,
        reported=around.leads_to.get(ItemKind.FINDING, []),
    )
