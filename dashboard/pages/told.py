"""What became of each message about a ticket, as people read it beside the request."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dashboard.cards.told import ToldCard, ToldLine
from escalations.domain.notifying import NoticeState
from escalations.selectors.escalation import escalation_of
from escalations.selectors.notices import notices_of_ticket
from governance.domain.phrases import list_words

if TYPE_CHECKING:
    from datetime import datetime

    from escalations.models import Ticket

# Each state with its words and how it is drawn, in the order in which they are counted.
_LOOKS = {
    NoticeState.SENT: ("delivered", "good"),
    NoticeState.FOLDED: ("told with others", ""),
    NoticeState.WAITING: ("on the way", "line"),
    NoticeState.FAILED: ("failed", "bad"),
    NoticeState.DROPPED: ("not sent", ""),
}


def told_card(ticket: Ticket, *, now: datetime) -> ToldCard | None:
    """Return who was told of the ticket outside the browser; None where nobody is called for it."""
    if escalation_of(ticket) is None:
        return None
    found = notices_of_ticket(ticket=ticket, now=now)
    counts = Counter(each.state for each in found)
    counted = [f"{counts[state]} {words}" for state, (words, _) in _LOOKS.items() if counts[state]]
    return ToldCard(
        at=now,
        summary=f"{list_words(counted)}." if counted else "Nobody: on screen alone.",
        lines=tuple(
            ToldLine(level=each.level, sentence=f"{each.sentence}.", tone=_LOOKS[each.state][1])
            for each in found
        ),
    )
