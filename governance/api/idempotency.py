"""One effect and one answer per Idempotency-Key."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.http import HttpResponse

from governance.models import StoredAnswer
from governance.refusals import ConflictError, InvalidFieldError, RefusalError
from governance.selectors.clock import clock_now
from governance.services.answers import KEPT

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
LONGEST_KEY = 200


def answer_once(
    *, principal: str, route: str, key: str, body_sha256: str, call: Callable[[], HttpResponse]
) -> HttpResponse:
    """Return what ``call`` answers, or what it answered to the first request with ``key``.

    The effect and its stored answer commit together, so nothing a crash leaves behind can lock
    the key or repeat the effect. A refusal is not stored: nothing was done, and asking again
    may well be right (too early, not approved yet, unavailable).

    Args:
        principal: who asks, as text of at most 60 characters; keys of others never meet.
        route: method and path, at most 200 characters.
        body_sha256: hex digest of the body as received.
        call: the request's one service call; it may raise any refusal.

    Raises:
        InvalidFieldError: for an unusable key, or idempotency_key_reused with another body.
        ConflictError: idempotency_key_in_flight while the first request is being answered.
    """
    _key_check(key)
    asked = _Asked(principal, route, key, body_sha256)
    refusal: RefusalError | None = None
    with transaction.atomic():
        # Never waits: whoever comes second while the first is at work is told so at once.
        if not _lock_taken(asked):
            message = "The first request with this key is still being answered."
            raise ConflictError(message, code="idempotency_key_in_flight", field=HEADER, value=key)
        now = clock_now()
        stored = _stored(asked, now)
        if stored is not None:
            return _replay(stored, asked)
        try:
            response = call()
        except RefusalError as error:
            # Kept until the transaction has ended: what the service wrote on purpose (a task
            # that expired when it was used) stays, although its caller is refused.
            refusal = error
        else:
            if response.status_code < 400:
                _store(asked, response, now)
    if refusal is not None:
        raise refusal
    return response


def body_sha256(body: bytes) -> str:
    """Return the digest by which a repeated body is recognised."""
    return hashlib.sha256(body).hexdigest()


def _key_check(key: str) -> None:
    if not key or len(key) > LONGEST_KEY or not key.isprintable() or not key.isascii():
        raise InvalidFieldError(
            f"{HEADER} must be 1 to {LONGEST_KEY} printable ASCII characters.",
            field=HEADER,
            value=key,
            allowed=f"1 to {LONGEST_KEY} printable ASCII characters",
        )


@dataclass(frozen=True, slots=True)
class _Asked:
    principal: str
    route: str
    key: str
    body_sha256: str


def _lock_taken(asked: _Asked) -> bool:
    name = "\n".join((asked.principal, asked.route, asked.key)).encode()
    number = int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        (taken,) = cursor.fetchone()
    return bool(taken)


def _stored(asked: _Asked, now: datetime) -> StoredAnswer | None:
    """Return the kept answer; one past its day is deleted so that the key is new again."""
    rows = StoredAnswer.objects.filter(
        principal=asked.principal, route=asked.route, idempotency_key=asked.key
    )
    stored = rows.first()
    if stored is not None and stored.created_at <= now - KEPT:
        rows.delete()
        return None
    return stored


def _replay(stored: StoredAnswer, asked: _Asked) -> HttpResponse:
    if stored.body_sha256 != asked.body_sha256:
        raise InvalidFieldError(
            "This key was used with another body; a new request needs a new key.",
            code="idempotency_key_reused",
            field=HEADER,
            value=asked.key,
            allowed="a key that was not used in the last 24 h, or the same body",
        )
    # Nothing is created by a repetition, so 201 becomes 200.
    return HttpResponse(
        stored.answer,
        status=200 if stored.status in {None, 201} else stored.status,
        content_type="application/json",
        headers={"Cache-Control": "no-store", REPLAYED: "true"},
    )


def _store(asked: _Asked, response: HttpResponse, now: datetime) -> None:
    # The unique constraint is what holds if the advisory lock is ever bypassed.
    StoredAnswer.objects.create(
        principal=asked.principal,
        route=asked.route,
        idempotency_key=asked.key,
        body_sha256=asked.body_sha256,
        status=response.status_code,
        answer=response.content.decode(),
        created_at=now,
    )
