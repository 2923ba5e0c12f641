"""Which events of the log are bookkeeping: noted by the product, and nothing hangs on them."""

from __future__ import annotations

from collections.abc import Mapping

# Each with why: nobody decided anything, and no agent may do more or less after it.
BOOKKEEPING: Mapping[str, str] = {
    "audit.skipped": "finished tasks were not drawn for an audit, because enough waited",
    "collusion.scanned": "a scan ended; what it found is an event of its own",
    "retention.due": "records are past their time; removing them is another event",
    "session.ended": "open pages of a person were closed; what ended them is another event",
    "task.answer_read": "an agent read the answer to its task",
    "ticket.claim_released": "a ticket went back to the queue",
    "ticket.woken": "a snoozed ticket is back in the queue, because its time came",
}
