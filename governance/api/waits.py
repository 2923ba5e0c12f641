"""Long polls: look, wait for news of what was looked at, look again.

A wait holds neither a thread nor a connection. It listens to the process's one subscription
before it looks for the first time, so nothing can happen unseen in between; and it looks again
every few seconds anyway, since a push can be lost.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from governance.feed import hub
from governance.refusals import InvalidFieldError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from governance.feed import Notice

LONGEST_S = 60
LOOK_AGAIN_S = 5.0
# A timer that fires a hair early would find the moment it waited for not come yet.
TIMER_SLACK_S = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was seen.

    ``mark`` changes when there is something to tell. ``waits_s`` is after how long the clock alone
    may change it, None if waiting is pointless. ``concerns`` says whether an event is about it.
    """

    payload: object
    mark: object
    waits_s: float | None
    concerns: Callable[[Notice], bool]


def wait_seconds(text: str | None) -> int:
    """Return how long the caller is willing to wait, 0 if nothing is said.

    Raises:
        InvalidFieldError: unless it is a whole number from 0 to 60.
    """
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal()) or len(text) > 3 or int(text) > LONGEST_S:
        allowed = f"a whole number of seconds from 0 to {LONGEST_S}"
        raise InvalidFieldError(
            f"wait must be {allowed}, got {text[:20]}.", field="wait", value=text, allowed=allowed
        )
    return int(text)


async def look_until_news(look: Callable[[], Awaitable[Look]], *, wait_s: int) -> Look:
    """Return what ``look`` sees once its mark has changed, at the latest after ``wait_s``.

    Raises:
        RefusalError: whatever ``look`` raises, also when it looks again.
    """
    if wait_s == 0:
        return await look()
    loop = asyncio.get_running_loop()
    deadline = loop.time() + wait_s
    news = asyncio.Event()
    concerns: Callable[[Notice], bool] = _anything

    def listen(notice: Notice) -> None:
        if concerns(notice):
            news.set()

    with hub().listening(listen):
        first = seen = await look()
        concerns = first.concerns
        while seen.mark == first.mark and seen.waits_s is not None:
            left_s = deadline - loop.time()
            if left_s <= 0:
                break
            await _sleep(news, min(left_s, LOOK_AGAIN_S, seen.waits_s + TIMER_SLACK_S))
            # Cleared before looking: what happens during the look wakes the next round.
            news.clear()
            seen = await look()
    return seen


def _anything(_: Notice) -> bool:
    return True


async def _sleep(news: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await news.wait()
    except TimeoutError:
        return
