"""How a fact is signed on its way out, when it is tried again, and when an endpoint is let rest.

The signature is that of Stripe's webhooks: a time and an HMAC-SHA256 over time and body, so that
a message can neither be changed nor sent again later by somebody who overheard it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from enum import StrEnum

SIGNATURE_HEADER = "Countersign-Signature"
DELIVERY_HEADER = "Countersign-Delivery"
EVENT_HEADER = "Countersign-Event"

# Seconds until the next attempt, by how many there were: soon, then rarely, for two days.
RETRIES_S = (5, 30, 120, 600, 3_600, 6 * 3_600, 12 * 3_600, 24 * 3_600)
# As many failures in a row as an endpoint has before it is let rest, and for how long at least
# and at most.
FAILURES_UNTIL_REST = 5
REST_S, LONGEST_REST_S = 60, 3_600
# However few attempts were made: what is older than this nobody waits for any more.
GIVEN_UP_AFTER_H = 72


class DeliveryState(StrEnum):
    """How far a message to one endpoint has come."""

    PENDING = "pending"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


def signature(secrets: Sequence[str], at_s: int, body: bytes) -> str:
    """Return the value of ``Countersign-Signature``: one ``v1`` for each secret that counts.

    Args:
        secrets: the secret in force first; a former one while its receiver changes over.
        at_s: when the message is sent, whole epoch seconds.
        body: exactly the bytes that are sent.
    """
    signed = f"{at_s}.".encode() + body
    marks = (hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets)
    return ",".join([f"t={at_s}", *(f"v1={mark}" for mark in marks)])


def retry_s(attempts: int) -> int | None:
    """Return in how many seconds a message is tried again after ``attempts``; None: never."""
    return RETRIES_S[attempts - 1] if attempts <= len(RETRIES_S) else None


def rest_s(failures: int) -> int:
    """Return for how many seconds an endpoint is left alone after failures in a row; 0: not."""
    if failures < FAILURES_UNTIL_REST:
        return 0
    doublings = min(failures - FAILURES_UNTIL_REST, 10)
    return min(LONGEST_REST_S, REST_S << doublings)


def is_taken(status: int | None) -> bool:
    """Return whether a message was taken, by the status of the answer; None is no answer."""
    return status is not None and 200 <= status < 300


def is_wanted(name: str, wanted: Sequence[str]) -> bool:
    """Return whether an endpoint wants events of a name.

    ``wanted`` holds names, or ``area.*`` for all of an area; none at all stands for every event.
    """
    return not wanted or name in wanted or f"{name.partition('.')[0]}.*" in wanted


def names_unknown(wanted: Sequence[str], known: Sequence[str]) -> list[str]:
    """Return those of the wanted names that stand for no known event, in their order."""
    areas = {f"{name.partition('.')[0]}.*" for name in known}
    return [name for name in wanted if name not in known and name not in areas]
