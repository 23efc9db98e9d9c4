"""Residents sign in at the municipality's identity provider: to be the same person on every device, or to join a conversation."""

import time
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from deliberation import accounts, conversations, identities
from deliberation.errors import N_, Forbidden, NotFound, Refusal
from deliberation.errors.joining import ClaimMissing
from deliberation.errors.statements import ParticipantBanned
from deliberation.joining import Rule, rule_of
from deliberation.slugs import is_slug
from deliberation.values import Joining
from web import identity_provider
from web.addresses import absolute
from web.errors import message_of, status_of
from web.handlers.language import local
from web.handlers.sign_in import FIRST_PAGE
from web.http import locale, municipality, read, recovered_as, render, see, tell, transact, voter
from web.identity_provider import ProviderAway, SignInCancelled, SignInDoubtful, SignInOutdated
from web.limits import network
from web.services import services
from web.settings import IdentityProvider


class StaffUnknown(Forbidden):
    code = "staff_unknown"
    message = N_("No account of this municipality’s staff has the mail address that %(provider)s has verified for you.")


LONGEST_WAY_SECONDS = 3600
"""To the provider and back, with a card reader that has to be found first."""
SIGNED_IN = N_("You are signed in. Whatever you say and vote from here on is yours on every device where you sign in.")
TAKEN_OVER = N_("You are signed in. What you had said on this device before is yours now, too; nothing counts twice.")
LET_IN = N_("You are signed in and can take part now.")
SIGNED_OUT = N_("You are signed out. This device does not know any more who you are; sign in again to find your votes.")


async def begin(request: Request) -> Response:
    """Send somebody to the provider. With `conversation`, they come back to join it; otherwise to `next`."""
    provider = _provider(request)
    _count(request)
    slug = request.query_params.get("conversation")
    if slug and not is_slug(slug):
        raise NotFound()
    rule = await _rule(request, slug) if slug else Rule(Joining.OPEN)
    back = services(request).url("conversation", slug=slug) if slug else local(request.query_params.get("next", "/me"))
    return await _send(request, provider, {"next": back, "conversation": slug, "claim": rule.claim_name})


async def begin_as_staff(request: Request) -> Response:
    """The same for staff, whose account is found by their mail address."""
    provider = _provider(request)
    _count(request)
    return await _send(request, provider, {"next": "/", "staff": True, "claim": "email"})


async def come_back(request: Request) -> Response:
    """From the provider. Whatever it says, there is a page with a way onward."""
    provider = _provider(request)
    _count(request)
    meant = request.session.get("signing_in", {})
    try:
        if time.time() - meant.get("at", 0) > LONGEST_WAY_SECONDS:
            raise SignInOutdated()
        told = await identity_provider.claims(request, provider, wanted=meant.get("claim", ""))
    except (ProviderAway, SignInCancelled, SignInOutdated, SignInDoubtful) as refusal:
        return _failed(request, refusal)
    request.session.pop("signing_in", None)
    if meant.get("staff"):
        return await _enter_as_staff(request, provider, told)
    signed_in = await _sign_in(request, provider, told["sub"])
    tell(request, TAKEN_OVER if signed_in.taken_over else SIGNED_IN)
    if meant.get("conversation"):
        try:
            await _join(request, provider, meant["conversation"], signed_in.person, told)
        except (ClaimMissing, ParticipantBanned) as refusal:
            return _failed(request, refusal, meant)
    return RedirectResponse(local(meant.get("next", "/me")), status_code=303)


async def leave(request: Request) -> Response:
    """Leave the device as if nobody had been there: whoever uses it next is somebody else."""
    for kept in ("person", "joined", "recovered", "signed_in", "signing_in"):
        request.session.pop(kept, None)
    tell(request, SIGNED_OUT)
    return see(request, "home")


async def _send(request: Request, provider: IdentityProvider, meant: dict[str, Any]) -> Response:
    """To the provider; `meant` is remembered for the way back."""
    request.session["signing_in"] = {**meant, "at": time.time()}
    try:
        address = await identity_provider.address(
            request,
            provider,
            back=_callback(request),
            scope=identity_provider.scope_for(meant["claim"]),
            language=locale(request),
        )
    except (ProviderAway, SignInDoubtful) as refusal:
        return _failed(request, refusal)
    return RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})


async def _enter_as_staff(request: Request, provider: IdentityProvider, told: dict[str, Any]) -> Response:
    """Only an address that the provider has verified says who somebody is."""
    email = told.get("email") if told.get("email_verified") is True else None
    staff = None
    if isinstance(email, str) and email.isprintable():
        staff = await read(request, accounts.with_address, municipality(request).id, email)
    if staff is None:
        return _failed(request, StaffUnknown(provider=provider.name), {"staff": True})
    request.session["staff"] = {"id": staff.id, "at": time.time()}
    return see(request, FIRST_PAGE.get(staff.role, "home"))


async def _sign_in(request: Request, provider: IdentityProvider, subject: str) -> identities.SignedIn:
    tenant, secret = municipality(request), services(request).settings.secret_key
    signed_in = await transact(
        request,
        identities.sign_in,
        municipality_id=tenant.id,
        subject=identities.subject_hash(secret, tenant.id, provider.issuer, subject),
        here=voter(request),
    )
    recovered_as(request, signed_in.person)
    request.session["signed_in"] = tenant.id
    return signed_in


async def _join(request: Request, provider: IdentityProvider, slug: str, person: str, told: dict[str, Any]) -> None:
    came_in = await transact(
        request,
        identities.join,
        municipality_id=municipality(request).id,
        slug=slug,
        person=person,
        claims=told,
        provider=provider.name,
    )
    if came_in:
        tell(request, LET_IN)


async def _rule(request: Request, slug: str) -> Rule:
    return rule_of(await read(request, conversations.get, municipality(request).id, slug))


def _provider(request: Request) -> IdentityProvider:
    provider = services(request).settings.identity_provider
    if provider is None:
        raise NotFound()
    return provider


def _callback(request: Request) -> str:
    """Our address as the provider knows it."""
    return absolute(request, "identity_callback")


def _count(request: Request) -> None:
    services(request).limits.count("residents_sign_in_per_network", network(request.client.host if request.client else None))


def _failed(request: Request, refusal: Refusal, meant: dict[str, Any] | None = None) -> Response:
    meant = meant or request.session.get("signing_in", {})
    return render(
        request,
        "joining/not_signed_in.html",
        status=status_of(refusal),
        message=message_of(refusal, locale(request)),
        slug=meant.get("conversation"),
        back=local(meant.get("next", "/me")),
        staff=meant.get("staff", False),
    )
