"""Casting a vote, taking it back, changing it."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from deliberation import echo, voting
from deliberation.values import Choice
from web.forms import VoteForm
from web.handlers import conversations
from web.http import clock, municipality, person, read, read_form, render, see, transact, voter, wants_fragment
from web.services import services

MOST_HELD = 200
"""More numbers than any page of ours sends."""
CHOICES = {"agree": Choice.AGREE, "disagree": Choice.DISAGREE, "pass": Choice.PASS, "withdraw": None}


async def cast(request: Request) -> Response:
    form = await read_form(request, VoteForm)
    me = voter(request)
    services(request).limits.count("votes_per_participant", me)
    slug = request.path_params["slug"]
    ballot = await transact(
        request,
        voting.answer,
        municipality_id=municipality(request).id,
        slug=slug,
        person=me,
        vote=voting.CastVote(form.statement, CHOICES[form.choice], form.ballot, form.important, form.drawn),
    )
    if form.back == "votes":
        return see(request, "my_votes", slug=slug)
    if wants_fragment(request):
        return render(request, "voting/_ballot.html", ballot=ballot, is_open=True)
    address = services(request).url("conversation", slug=slug)
    if form.choice == "withdraw":
        return RedirectResponse(f"{address}?statement={form.statement}", status_code=303)
    if form.drawn and ballot.answered in conversations.PAUSES:
        return RedirectResponse(f"{address}?pause={ballot.answered}", status_code=303)
    return see(request, "conversation", slug=slug)


async def cards(request: Request) -> Response:
    """The next cards, for a page that holds the ones that it names already."""
    slug, tenant = request.path_params["slug"], municipality(request)
    held = [int(number) for number in request.query_params.get("held", "").split(",") if number.isdecimal() and len(number) < 10]
    known = {"municipality_id": tenant.id, "slug": slug, "person": person(request)}
    hand = await read(request, voting.hand, **known, held=held[:MOST_HELD], now=clock())
    return render(request, "voting/_cards.html", hand=hand)


async def pause(request: Request) -> Response:
    """What one's answers come to so far."""
    slug, tenant = request.path_params["slug"], municipality(request)
    found = await read(request, echo.of_person, municipality_id=tenant.id, slug=slug, person=person(request))
    return render(request, "voting/_pause.html", echo=found, slug=slug)


async def mine(request: Request) -> Response:
    """All my votes in one conversation, to look at and to change."""
    slug, tenant = request.path_params["slug"], municipality(request)
    votes = await read(request, voting.my_votes, municipality_id=tenant.id, slug=slug, person=person(request))
    return render(request, "voting/mine.html", page=await conversations.read_page(request), votes=votes)
