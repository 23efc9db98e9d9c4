"""What waited on a device for a connection: votes and statements, taken one by one in the order in which they were made."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from deliberation import conversations, outbox
from deliberation.errors import N_, BadRequest, Conflict, Refusal, TooLarge, TooMany, Unavailable
from deliberation.voting import CastVote
from web.errors import message_of
from web.forms import FormInvalid, StatementForm, VoteForm, validated
from web.handlers.statements import take_in
from web.handlers.voting import CHOICES
from web.http import greet, is_of_this_reader, locale, municipality, person, read, transact, voter
from web.i18n import number, translate
from web.services import services

MOST_ENTRIES = 100
LONGEST_UUID = 36
MERGED = N_("Statement %(number)s has been merged with statement %(other)s meanwhile. Your vote counts there.")

Result = dict[str, Any]


class SaidBySomebodyElse(Conflict):
    """Said on this device before somebody else came, signed in or out, or removed the cookies."""

    code = "said_by_somebody_else"
    message = N_("This was said by somebody else on this device, or before its cookies were removed. It has not been sent.")


async def take(request: Request) -> Response:
    """Answers with what became of each entry, in their order: taken, refused for a reason, or to be sent again later."""
    tenant, slug = municipality(request), request.path_params["slug"]
    await read(request, conversations.get, tenant.id, slug)
    entries = await _entries(request)
    if person(request) is None:
        # Were its answer lost, this batch would come again from somebody else: first the device gets to know who it is.
        greet(request)
        return _answer([_result(entry, "later") for entry in entries])
    me = voter(request)
    services(request).limits.count("batches_per_participant", me)
    services(request).limits.count("entries_per_participant", me, max(len(entries), 1))
    results: list[Result] = []
    waiting: list[Any] = []
    for entry in entries:
        result = _result(entry, "later") if entry.get("kind") in waiting else await _take(request, entry, me)
        if result["state"] == "later":  # what came after it must not overtake it
            waiting.append(entry.get("kind"))
        results.append(result)
    return _answer(results)


async def _take(request: Request, entry: dict[str, Any], me: str) -> Result:
    kind = entry.get("kind")
    act = KINDS.get(kind) if isinstance(kind, str) else None
    try:
        if act is None:  # of another version of the page
            raise BadRequest()
        if not is_of_this_reader(request, entry.get("reader")):
            raise SaidBySomebodyElse()
        return _result(entry, "taken", **await act(request, _fields(entry), me))
    except (TooMany, Unavailable) as refusal:
        return _result(entry, "later", code=refusal.code, message=message_of(refusal, locale(request)))
    except FormInvalid as refusal:
        message = next(iter(refusal.errors.values()), refusal.message)
        return _result(entry, "refused", code=refusal.code, message=translate(locale(request), message))
    except Refusal as refusal:
        said = message_of(refusal, locale(request))
        return _result(entry, "refused", code=refusal.code, message=said, number=refusal.facts.get("number"))


async def _vote(request: Request, fields: dict[str, Any], me: str) -> Result:
    form = validated(VoteForm, fields)
    vote = CastVote(form.statement, CHOICES[form.choice], form.ballot, form.important, form.drawn)
    counted = await transact(
        request, outbox.cast, municipality_id=municipality(request).id, slug=request.path_params["slug"], person=me, vote=vote
    )
    if counted.number == form.statement:
        return {}
    numbers = {"number": number(form.statement, locale(request)), "other": number(counted.number, locale(request))}
    return {"code": "merged", "message": translate(locale(request), MERGED) % numbers, "number": counted.number}


async def _statement(request: Request, fields: dict[str, Any], me: str) -> Result:
    shared = await take_in(request, validated(StatementForm, fields), me)
    return {"number": shared.number, "votable": shared.votable}


KINDS: dict[str, Callable[[Request, dict[str, Any], str], Awaitable[Result]]] = {"vote": _vote, "statement": _statement}


def _fields(entry: dict[str, Any]) -> dict[str, Any]:
    """As they would come from the form. The entry's own UUID stands in where the form's is missing."""
    sent = entry.get("fields")
    fields = {name: _text(value) for name, value in sent.items()} if isinstance(sent, dict) else {}
    return {"ballot": entry.get("uuid"), "submission": entry.get("uuid")} | fields


def _text(value: Any) -> Any:
    """Without what no form can hold: null characters, and halves of characters."""
    return value.replace("\0", "").encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _result(entry: dict[str, Any], state: str, **more: Any) -> Result:
    uuid = entry.get("uuid")
    return {"uuid": uuid if isinstance(uuid, str) and len(uuid) <= LONGEST_UUID else None, "state": state, **more}


def _answer(results: list[Result]) -> Response:
    return JSONResponse({"results": results}, headers={"Cache-Control": "no-store"})


async def _entries(request: Request) -> list[dict[str, Any]]:
    """Raises BadRequest where this is no list of entries, TooLarge where it is too long."""
    try:
        sent = json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise BadRequest() from error
    entries = sent.get("entries") if isinstance(sent, dict) else None
    if not isinstance(entries, list):
        raise BadRequest()
    if len(entries) > MOST_ENTRIES:
        raise TooLarge()
    return [entry if isinstance(entry, dict) else {} for entry in entries]
