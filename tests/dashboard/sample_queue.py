"""The queue narrowed, and identical requests one by one: sample cards."""

from __future__ import annotations

from dataclasses import replace

from tests.dashboard import sample_cards as cards

NO_MATCH = replace(
    cards.EMPTY_QUEUE,
    filters=replace(
        cards.QUEUE_FILTERS, words="\u202egnp", said=("claimed by you", "found by “\u202egnp”"),
        troubles=("There is no risk “HUGE”, so it narrows nothing. There are: LOW, MEDIUM.",),
    ),
    waiting=18,
)  # fmt: skip
GROUP = replace(
    cards.QUEUE,
    rows=tuple(
        replace(cards.COPY_ROW, ticket_id=f"0193a1b2-0000-7000-8000-00000000{number}", number=number,
                group_size=1)
        for number in (4803, 4804, 4805)
    ),
    filters=replace(cards.QUEUE_FILTERS, said=("one of these requests of the same action",), group_of="/queue/"),
    decided=(),
    matching=3,
    next_url="",
)  # fmt: skip
