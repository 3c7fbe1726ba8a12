# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Talking to a Jobcenter's directory by OpenID Connect: where it is, where to send the browser, what it says of whom.

Nothing here knows the database; whoever calls holds no transaction, because a directory may take seconds to answer.
"""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from notifications.channels.over_http import Answer, HttpWay, Limits

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signed with a key that the directory alone has. "none" and HS256 would let others write tokens."""
CLOCKS_MAY_DIFFER_S: Final = 60
_LIMITS: Final = Limits(connect=3, whole=8)
_OK: Final = 200


class Why(StrEnum):
    """Why nobody was recognised; goes to the log, never with what the token says."""

    UNREACHABLE = "unreachable"
    MISCONFIGURED = "misconfigured"
    CODE_REFUSED = "code_refused"
    BAD_TOKEN = "bad_token"  # noqa: S105 -- a reason, not a secret
    STRANGE_ANSWER = "strange_answer"
    DENIED = "denied"
    NOT_RECENT = "not_recent"


class NotRecognised(Exception):
    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class Directory:
    """What is needed of an IdentityProvider."""

    issuer: str
    client_id: str
    client_secret: str


@dataclass(frozen=True, slots=True)
class Endpoints:
    """What a directory says about itself."""

    authorization: str
    token: str
    keys: str
    end_session: str
    secret_in_body: bool


@dataclass(frozen=True, slots=True)
class Question:
    """What we ask with, and must find again in the answer."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> "Question":
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))


def discover(directory: Directory) -> Endpoints:
    """Raises NotRecognised. The document must name the very issuer, or another one could speak in its name."""
    document = _get(f"{directory.issuer.rstrip('/')}/.well-known/openid-configuration")
    if document.get("issuer") != directory.issuer:
        raise NotRecognised(Why.MISCONFIGURED)
    methods = document.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Endpoints(
        authorization=_address(document, "authorization_endpoint"),
        token=_address(document, "token_endpoint"),
        keys=_address(document, "jwks_uri"),
        end_session=_address(document, "end_session_endpoint") if document.get("end_session_endpoint") else "",
        secret_in_body="client_secret_basic" not in methods,
    )


def where_to_ask(directory: Directory, endpoints: Endpoints, question: Question, *, back: str, again: bool) -> str:
    """The address to which the browser goes. `again`: whoever is there has to prove themselves anew."""
    challenge = urlsafe_b64encode(sha256(question.verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": directory.client_id,
        "redirect_uri": back,
        "scope": "openid profile",
        "state": question.state,
        "nonce": question.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        **({"prompt": "login", "max_age": "0"} if again else {}),
    }
    return f"{endpoints.authorization}{'&' if '?' in endpoints.authorization else '?'}{urlencode(asked)}"


def where_to_leave(directory: Directory, endpoints: Endpoints, *, back: str) -> str:
    """Where the browser ends its session at the directory; empty where that has no such place."""
    if not endpoints.end_session:
        return ""
    asked = urlencode({"client_id": directory.client_id, "post_logout_redirect_uri": back})
    return f"{endpoints.end_session}{'&' if '?' in endpoints.end_session else '?'}{asked}"


def claims_for(
    code: str, question: Question, *, directory: Directory, endpoints: Endpoints, back: str, now: datetime
) -> Mapping[str, Any]:
    """What the directory says about who came back with this code. Raises NotRecognised."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": question.verifier}
    auth = None
    if directory.client_secret and not endpoints.secret_in_body:
        auth = (directory.client_id, directory.client_secret)
    else:
        form["client_id"] = directory.client_id
        if directory.client_secret:
            form["client_secret"] = directory.client_secret
    with closing(HttpWay(endpoints.token, auth=auth, limits=_LIMITS)) as way:
        answer = way.post(endpoints.token, form=form)
    if not isinstance(answer, Answer):
        raise NotRecognised(Why.UNREACHABLE)
    if answer.status != _OK:
        raise NotRecognised(Why.CODE_REFUSED)
    token = _document(answer).get("id_token")
    if not isinstance(token, str):
        raise NotRecognised(Why.STRANGE_ANSWER)
    return read_token(token, _get(endpoints.keys), question.nonce, directory=directory, now=now)


def read_token(
    token: str, keys: Mapping[str, Any], nonce: str, *, directory: Directory, now: datetime
) -> Mapping[str, Any]:
    """The claims of a token that this directory wrote for us, in answer to this very question, and not long ago."""
    rules = jwt.JWTClaimsRegistry(
        now=lambda: int(now.timestamp()),
        leeway=CLOCKS_MAY_DIFFER_S,
        iss={"essential": True, "value": directory.issuer},
        aud={"essential": True, "value": directory.client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        claims = jwt.decode(token, KeySet.import_key_set({"keys": keys["keys"]}), algorithms=list(ALGORITHMS)).claims
        rules.validate(claims)
    except (JoseError, ValueError, TypeError, KeyError):
        raise NotRecognised(Why.BAD_TOKEN) from None
    audience = claims["aud"]
    if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != directory.client_id:
        raise NotRecognised(Why.BAD_TOKEN)
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:  # noqa: PLR2004 -- OpenID's own limit
        raise NotRecognised(Why.BAD_TOKEN)
    return claims


def _get(address: str) -> Mapping[str, Any]:
    if not _is_reachable_by_name(address):
        raise NotRecognised(Why.MISCONFIGURED)
    with closing(HttpWay(address, limits=_LIMITS)) as way:
        answer = way.get(address, {})
    if answer is None:
        raise NotRecognised(Why.UNREACHABLE)
    if answer.status != _OK:
        raise NotRecognised(Why.MISCONFIGURED)
    return _document(answer)


def _document(answer: Answer) -> Mapping[str, Any]:
    try:
        document = answer.json()
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise NotRecognised(Why.STRANGE_ANSWER)
    return document


def _address(document: Mapping[str, Any], name: str) -> str:
    """https alone: a code or a key that travels in the open is anybody's."""
    address = document.get(name)
    if not isinstance(address, str) or not _is_reachable_by_name(address):
        raise NotRecognised(Why.MISCONFIGURED)
    return address


def _is_reachable_by_name(address: str) -> bool:
    allowed = ("https", "http") if settings.ALLOW_LOCAL_PROVIDERS else ("https",)
    try:
        parts = urlsplit(address)
        return parts.scheme in allowed and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port beyond all ports
        return False
