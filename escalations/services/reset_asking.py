"""How often a new password may be asked for: whoever asks again and again fills no queue.

Counted in the broker, through which the mail would go: without it none is mailed anyway.
"""

from __future__ import annotations

import hashlib
import logging

from governance.feed import broker_client

logger = logging.getLogger(__name__)

WINDOW_S = 900
# An office behind one address asks less often than this.
FROM_ADDRESS_MOST = 20
FOR_MAIL_MOST = 3


def reset_may_be_asked(*, mail: str, address: str) -> bool:
    """Return whether one more mail may be asked for, and count the ask.

    Args:
        mail: for whom, as it was typed: at most 3 in 15 min, whether somebody has it or not.
        address: where the request comes from: at most 20 in 15 min.

    Raises:
        redis.RedisError: if the broker is away or silent for 0.25 s.
    """
    # An address that asks too often uses up nobody's three.
    if not _is_within(f"address:{address}", FROM_ADDRESS_MOST):
        return False
    digest = hashlib.sha256(mail.strip().casefold().encode()).hexdigest()
    return _is_within(f"mail:{digest}", FOR_MAIL_MOST)


def _is_within(what: str, most: int) -> bool:
    """Return whether this is one of the first ``most`` of its quarter of an hour."""
    key = f"countersign:reset:{what}"
    with broker_client().pipeline(transaction=True) as pipe:
        pipe.set(key, 0, ex=WINDOW_S, nx=True)
        pipe.incr(key)
        _, count = pipe.execute()
    # Once for each window: whoever asks on fills no log either.
    if count == most + 1:
        logger.warning("new passwords are asked for too often: %s", what.partition(":")[0])
    return int(count) <= most
