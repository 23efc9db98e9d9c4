"""Asking an OpenID Connect provider who somebody is. What it answers is checked here and goes no further than the claims.

Authlib makes and checks state, nonce and PKCE and the signature of what comes back. It is imported when somebody signs in: with
its cryptography it would make every start slower.
"""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.requests import Request

from deliberation.errors import N_, BadRequest, Forbidden, Unavailable
from web.settings import IdentityProvider

if TYPE_CHECKING:
    from authlib.integrations.starlette_client import StarletteOAuth2App

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 10
LEEWAY_SECONDS = 300
"""By which the provider's clock may differ from ours."""
SIGNATURES = ("RS", "PS", "ES", "Ed")
"""Kinds made with a key that only the provider has."""
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
SCOPES = {
    "address": ("address",),
    "email": ("email", "email_verified"),
    "phone": ("phone_number", "phone_number_verified"),
    "profile": (
        "name",
        "family_name",
        "given_name",
        "nickname",
        "preferred_username",
        "gender",
        "birthdate",
        "zoneinfo",
        "locale",
    ),
}
"""Under which scope the standard’s claims are given. Others come with every sign-in or not at all, as the provider is set up."""


class ProviderAway(Unavailable):
    code = "provider_away"
    message = N_("%(provider)s does not answer at the moment, so nobody can sign in. Please try again in a few minutes.")


class SignInCancelled(Forbidden):
    code = "sign_in_cancelled"
    message = N_("You did not sign in with %(provider)s. Nothing has changed; you can try again.")


class SignInOutdated(BadRequest):
    """Begun in another browser, too long ago, or finished already."""

    code = "sign_in_outdated"
    message = N_("This sign-in was begun elsewhere, too long ago, or has been finished already. Please begin again.")


class SignInDoubtful(Forbidden):
    code = "sign_in_doubtful"
    message = N_("What %(provider)s answered could not be verified, so you are not signed in. Please try again.")


def scope_for(claim: str) -> str:
    """What has to be asked for to be told this claim: as little as possible."""
    first = claim.partition(".")[0]
    return " ".join(["openid", *(scope for scope, claims in SCOPES.items() if first in claims)])


async def address(request: Request, provider: IdentityProvider, *, back: str, scope: str, language: str) -> str:
    """Where to send somebody to sign in. What the answer must fit is kept in the session. Raises ProviderAway, SignInDoubtful."""
    with _refusals(provider):
        async with asyncio.timeout(PATIENCE_SECONDS):
            app = await _app(provider)
            begun = await app.create_authorization_url(back, scope=scope, ui_locales=language)
            url: str = begun.pop("url")
            await app.save_authorize_data(request, redirect_uri=back, **begun)
            return url


async def claims(request: Request, provider: IdentityProvider, *, wanted: str = "") -> dict[str, Any]:
    """What the provider says of whoever came back from it; `sub` is always among it.

    Raises ProviderAway, SignInCancelled, SignInOutdated, SignInDoubtful.
    """
    with _refusals(provider):
        async with asyncio.timeout(PATIENCE_SECONDS):
            app = await _app(provider)
            options = {
                "iss": {"essential": True, "value": app.server_metadata["issuer"]},
                "aud": {"essential": True, "value": provider.client_id},
                "sub": {"essential": True},
            }
            token = await app.authorize_access_token(request, claims_options=options, leeway=LEEWAY_SECONDS)
            told: dict[str, Any] = dict(token["userinfo"])
            first = wanted.partition(".")[0]
            if first and first not in told and "userinfo_endpoint" in app.server_metadata:
                more = await app.userinfo(token=token)
                _check(more.get("sub") == told["sub"], "the further claims are somebody else’s")
                told = {**more, **told}
            _check(isinstance(told["sub"], str) and told["sub"] != "", "the subject is empty")
            return told


async def _app(provider: IdentityProvider) -> "StarletteOAuth2App":
    """The client, with what the provider publishes about itself."""
    app = _client(provider)
    published = await app.load_server_metadata()
    issuer = str(published.get("issuer", ""))
    _check(issuer.rstrip("/") == provider.issuer.rstrip("/"), f"it calls itself “{issuer}”")
    for endpoint in ENDPOINTS:
        _check(urlsplit(str(published.get(endpoint))).scheme in {"http", "https"}, f"its {endpoint} is no web address")
    offered = published.get("id_token_signing_alg_values_supported") or []
    published["id_token_signing_alg_values_supported"] = [name for name in offered if name.startswith(SIGNATURES)] or ["RS256"]
    methods = published.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if "client_secret_basic" not in methods and "client_secret_post" in methods:
        app.client_kwargs["token_endpoint_auth_method"] = "client_secret_post"  # noqa: S105  it is the name of a way
    return app


@lru_cache(4)
def _client(provider: IdentityProvider) -> "StarletteOAuth2App":
    from authlib.integrations.starlette_client import OAuth

    return OAuth().register(
        "provider",
        server_metadata_url=provider.issuer.rstrip("/") + "/.well-known/openid-configuration",
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        client_kwargs={"scope": "openid", "code_challenge_method": "S256", "timeout": PATIENCE_SECONDS},
    )


def _check(holds: bool, problem: str) -> None:
    if not holds:
        raise ValueError(problem)


@contextmanager
def _refusals(provider: IdentityProvider) -> Iterator[None]:
    """What can go wrong on the way, as refusals. The log says what it was, and nothing of whom."""
    import httpx2
    from authlib.common.errors import AuthlibBaseError
    from authlib.integrations.base_client.errors import MismatchingStateError
    from joserfc.errors import JoseError

    try:
        yield
    except MismatchingStateError as error:
        raise SignInOutdated() from error
    except AuthlibBaseError as error:
        if error.error == "access_denied":
            raise SignInCancelled(provider=provider.name) from error
        if error.error == "invalid_grant":
            raise SignInOutdated() from error
        log.warning("%s refused a sign-in: %.100r", provider.issuer, error.error)  # whoever calls back may have written it
        raise SignInDoubtful(provider=provider.name) from error
    except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError) as error:
        log.warning("%s cannot be asked: %s", provider.issuer, type(error).__name__)
        raise ProviderAway(provider=provider.name) from error
    except (JoseError, ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
        _client.cache_clear()  # what it publishes may have changed, such as its keys
        log.warning("what %s answered is not sound: %s", provider.issuer, type(error).__name__)
        raise SignInDoubtful(provider=provider.name) from error
