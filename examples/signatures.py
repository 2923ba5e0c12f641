"""Check that a message came from your Countersign, unchanged and lately: standard library only."""

from __future__ import annotations

import hashlib
import hmac
import time

SIGNATURE = "Countersign-Signature"
RECENT_S = 300.0


class SignatureError(ValueError):
    """The message is not to be believed; what it says must not be acted upon."""


def signature_check(
    header: str, body: bytes, secret: str, *, now_s: float | None = None, recent_s: float = RECENT_S
) -> None:
    """Return if a message is signed with the secret and was sent lately.

    Args:
        header: the value of ``Countersign-Signature``.
        body: the bytes that came, before anything is made of them.
        secret: as it was shown when the webhook was added.
        now_s: the time, epoch seconds; the clock's if none is given.
        recent_s: how old a message may be, seconds.

    Raises:
        SignatureError: if it is not, with the reason.
    """
    parts = [part.partition("=") for part in header.split(",")]
    times = [value for name, _, value in parts if name == "t"]
    marks = [value for name, _, value in parts if name == "v1"]
    is_time = len(times) == 1 and times[0].isascii() and times[0].isdecimal()
    if not is_time or len(times[0]) > 12 or not marks:
        raise SignatureError("Countersign-Signature is not t=...,v1=...")
    now_s = time.time() if now_s is None else now_s
    if abs(now_s - int(times[0])) > recent_s:
        raise SignatureError(f"sent at {times[0]}, which is more than {recent_s:g} s from now")
    expected = hmac.new(secret.encode(), f"{times[0]}.".encode() + body, hashlib.sha256)
    # Every mark is compared, in a time that does not tell how much of one was right.
    right = [hmac.compare_digest(mark.encode(), expected.hexdigest().encode()) for mark in marks]
    if not any(right):
        raise SignatureError("signed with another secret, or changed on its way")
