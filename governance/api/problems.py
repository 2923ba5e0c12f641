"""Refusals as RFC 9457 problem documents: what is wrong, where, and what would be right."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from django.http import HttpResponse

from governance.api.rate_fields import rate_fields
from governance.log_facts import REQUEST_ID, request_id_now
from governance.refusals import (
    ConflictError,
    ForbiddenError,
    GoneError,
    InvalidFieldError,
    LockedError,
    MissingError,
    RateLimitedError,
    RefusalError,
    RemovedError,
    TooEarlyError,
    TooManyWrongError,
    UnauthenticatedError,
    UnavailableError,
    VersionMissingError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from governance.api.shown import ProblemShown

MEDIA_TYPE = "application/problem+json"
# Where people read what each kind of problem means; the anchor is the kind's name.
TYPE_BASE = "/api/docs/problems/#"
SHOWN_CHARACTERS = 200
RETRY_S = 1


class MalformedError(RefusalError):
    """The body cannot be read at all."""

    code = "malformed_body"


class TooLargeError(RefusalError):
    """The body or one of its fields is larger than is taken."""

    code = "too_large"


class MediaTypeError(RefusalError):
    """The body is not JSON by its own account."""

    code = "unsupported_media_type"


class MethodError(RefusalError):
    """The route exists, this method of it does not."""

    code = "method_not_allowed"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: its status, its name in the ``type`` URI and its title."""

    status: int
    name: str
    title: str


KINDS: Mapping[type[RefusalError], Kind] = {
    MalformedError: Kind(400, "malformed-body", "The body cannot be read"),
    UnauthenticatedError: Kind(401, "unauthenticated", "Not signed in"),
    ForbiddenError: Kind(403, "forbidden", "Not permitted"),
    MissingError: Kind(404, "not-found", "Not found"),
    MethodError: Kind(405, "method-not-allowed", "Method not allowed"),
    ConflictError: Kind(409, "conflict", "Not possible in the present state"),
    GoneError: Kind(410, "gone", "Asked no longer"),
    RemovedError: Kind(410, "removed", "Removed by retention"),
    TooLargeError: Kind(413, "too-large", "Too large"),
    MediaTypeError: Kind(415, "unsupported-media-type", "Unsupported media type"),
    InvalidFieldError: Kind(422, "invalid-field", "A field is not valid"),
    LockedError: Kind(423, "locked", "Held by someone else"),
    TooEarlyError: Kind(425, "too-early", "Not usable yet"),
    VersionMissingError: Kind(428, "version-required", "A version is required"),
    RateLimitedError: Kind(429, "rate-limited", "Too many calls"),
    TooManyWrongError: Kind(429, "too-many-wrong", "Too many wrong passwords or codes"),
    UnavailableError: Kind(503, "unavailable", "Temporarily unavailable"),
}
INTERNAL = Kind(500, "internal", "Something went wrong here")
EVERY_KIND: tuple[Kind, ...] = tuple(sorted({*KINDS.values(), INTERNAL}, key=lambda k: k.status))


def kind_of(error: RefusalError) -> Kind:
    """Return the kind of a refusal; a class without one counts as its nearest ancestor with one."""
    for ancestor in type(error).__mro__:
        if ancestor in KINDS:
            return KINDS[ancestor]
    return KINDS[ConflictError]


def problem_document(error: RefusalError) -> ProblemShown:
    """Return the document of a refusal, also for one item of a batch."""
    kind = kind_of(error)
    document: ProblemShown = {
        "type": TYPE_BASE + kind.name,
        "title": kind.title,
        "status": kind.status,
        "detail": error.sentence,
        "code": error.code,
    }
    if error.field:
        document["field"] = error.field
        document["value"] = _shown(error.value)
    if error.allowed:
        document["allowed"] = error.allowed
    # What a refusal carries beyond the standard members never replaces one of them.
    extra = {name: value for name, value in error.extra.items() if name not in document}
    return {**document, **extra}  # type: ignore[typeddict-item]


def problem_of(error: RefusalError) -> HttpResponse:
    """Return the answer to a refused request."""
    response = _response(problem_document(error))
    status = response.status_code
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="countersign"'
    elif status == 405:
        response["Allow"] = error.allowed
    elif status in {425, 429, 503}:
        response["Retry-After"] = str(_retry_after_s(error))
    if isinstance(error, RateLimitedError):
        for name, value in rate_fields(error.extra["rate_per_minute"], 0, _retry_after_s(error)):
            response[name] = value
    return response


def problem(
    status: int,
    code: str,
    title: str,
    detail: str,
    *,
    field: str = "",
    value: object = None,
    allowed: str = "",
    **extra: Any,
) -> HttpResponse:
    """Return a problem that no refusal class stands for, such as one of a browser form."""
    name = next((kind.name for kind in EVERY_KIND if kind.status == status), "conflict")
    document: dict[str, Any] = {
        **extra,
        "type": TYPE_BASE + name,
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if field:
        document |= {"field": field, "value": _shown(value)}
    if allowed:
        document["allowed"] = allowed
    return _response(document)


def problem_internal() -> HttpResponse:
    """Return the answer to a request that met a defect; the log has the rest."""
    detail = (
        "The request met a defect, which is in the server's log. Whether it took effect is not"
        " known; repeating it with the same Idempotency-Key or external id is safe."
    )
    return problem(INTERNAL.status, "internal", INTERNAL.title, detail)


def _response(document: Mapping[str, Any]) -> HttpResponse:
    request_id = request_id_now()
    told = {**document, REQUEST_ID: request_id} if request_id else document
    return HttpResponse(
        msgspec.json.encode(told, enc_hook=str),
        status=document["status"],
        content_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store"},
    )


def _shown(value: object) -> object:
    """Return the value as it may be repeated to its sender: never a flood."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple | dict | set | frozenset):
        listed = sorted(value) if isinstance(value, set | frozenset) else value
        text = msgspec.json.encode(listed, enc_hook=str).decode()
        return listed if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"


def _retry_after_s(error: RefusalError) -> int:
    wanted = error.extra.get("retry_after_s", RETRY_S)
    return max(RETRY_S, math.ceil(wanted)) if isinstance(wanted, int | float) else RETRY_S
