"""The ping to whoever watches from outside: where it stops coming, somebody there is told.

It goes out after each run of the auditor, by the courier, so that it stops with the beat, the
worker, the courier or the database, whichever stops first.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import msgspec
from django.conf import settings
from django.db.models import F

from governance.domain.webhooks import is_taken
from governance.models import WatchPing
from governance.outbound.sender import UnsentError, Way, message_post
from governance.selectors.clock import clock_now

if TYPE_CHECKING:
    from collections.abc import Callable

    from governance.outbound.sender import Reply

logger = logging.getLogger(__name__)

ONLY = 1


def watch_ping(*, url: str, post: Callable[..., Reply] = message_post) -> bool:
    """Send one ping and note what came of it; return whether it was taken.

    A failure is logged and kept for the health page; it is tried again with the auditor's next run.

    Args:
        url: where to; empty for nobody, then nothing is sent.
        post: sends one message, as `message_post`.
    """
    if not url:
        return False
    now = clock_now()
    body = msgspec.json.encode({"auditor": "ran", "at": now})
    try:
        reply = post(url, body, {"User-Agent": "Countersign"}, Way(plain_here=settings.DEBUG))
        why = "" if is_taken(reply.status) else f"It answered {reply.status}."
    except UnsentError as error:
        why = str(error)
    row, _ = WatchPing.objects.get_or_create(pk=ONLY, defaults={"tried_at": now})
    rows = WatchPing.objects.filter(pk=row.pk)
    if why:
        logger.error("whoever watches was not told that the auditor ran: %s", why)
        rows.update(failures=F("failures") + 1, tried_at=now)
        return False
    rows.update(failures=0, tried_at=now, taken_at=now)
    return True
