"""Six digits that an authenticator app shows for 30 s (RFC 6238, on HOTP of RFC 4226)."""

from __future__ import annotations

import hashlib
import hmac
import struct

STEP_S = 30
DIGITS = 6
# A phone's clock may be a step fast or slow; RFC 6238 5.2 asks for no more than that.
STEPS_OFF = 1


def code_at(secret: bytes, step: int) -> str:
    """Return the code of one step of 30 s since 1970."""
    digest = hmac.new(secret, struct.pack(">Q", step), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    (number,) = struct.unpack(">I", digest[offset : offset + 4])
    return f"{(number & 0x7FFF_FFFF) % 10**DIGITS:0{DIGITS}}"


def step_of(secret: bytes, code: str, *, at_s: float, after: int) -> int | None:
    """Return the step whose code this is; None for a wrong code, and for one used before.

    Args:
        secret: what the person's app and this installation share.
        code: six digits, without blanks.
        at_s: the time in seconds since 1970.
        after: the last step that a code was taken for; each is taken once (RFC 6238 5.2).
    """
    now = int(at_s // STEP_S)
    found = None
    for step in range(max(now - STEPS_OFF, 0), now + STEPS_OFF + 1):
        # Each is compared, whatever was found, so that the time taken says nothing.
        is_same = hmac.compare_digest(code_at(secret, step).encode(), code.encode())
        if is_same and step > after:
            found = step
    return found
