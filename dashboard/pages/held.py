"""What a cascade holds, as its ticket asks about it, and what became of the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.cards import AnswerLine, HeldLine
from dashboard.display.wording import settled_mark
from dashboard.pages.names import actor_words, names_of
from governance.domain.containment import Fate
from governance.selectors.cascades import cascade_tree

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from escalations.models import Ticket
    from governance.selectors.cascades import CascadeNode


def held_lines(
    ticket: Ticket, *, ticked: Collection[str] = ()
) -> tuple[tuple[HeldLine, ...], tuple[AnswerLine, ...]]:
    """Return the tasks that the ticket's cascade holds, each below what stands above it, and the
    settled ones.

    Args:
        ticket: of whatever kind; only a cascade's holds anything.
        ticked: external ids of the tasks that a form that came back had ticked.
    """
    if ticket.kind != "cascade" or ticket.subject is None:
        return (), ()
    held = [node for node in cascade_tree(ticket.subject).nodes if node.fate == Fate.HELD]
    waiting = {node.task_id: node for node in held if not node.settled}
    settled = [node for node in held if node.settled]
    names = names_of(node.settled_by for node in settled)
    return (
        tuple(_held(node, waiting, ticked) for node in _in_order(waiting)),
        tuple(
            AnswerLine(
                title=node.title,
                mark=settled_mark(node.settled),
                by=actor_words(node.settled_by, names),
                at=node.settled_at,
                reason=node.reason,
            )
            for node in settled
        ),
    )


def _in_order(waiting: Mapping[UUID, CascadeNode]) -> list[CascadeNode]:
    """Return the nodes so that each follows what stands above it, children together."""
    below: dict[UUID | None, list[CascadeNode]] = {}
    for node in waiting.values():
        below.setdefault(_above(node, waiting), []).append(node)
    ordered: list[CascadeNode] = []
    left = list(reversed(below.get(None, [])))
    while left:
        node = left.pop()
        ordered.append(node)
        left.extend(reversed(below.get(node.task_id, [])))
    return ordered


def _above(node: CascadeNode, waiting: Mapping[UUID, CascadeNode]) -> UUID | None:
    return node.parent_id if node.parent_id in waiting else node.first


def _held(
    node: CascadeNode, waiting: Mapping[UUID, CascadeNode], ticked: Collection[str]
) -> HeldLine:
    depth, above = 0, _above(node, waiting)
    while above is not None:
        depth, above = depth + 1, _above(waiting[above], waiting)
    return HeldLine(
        name=node.external_id,
        title=node.title,
        agent=node.agent,
        level=node.level,
        depth=depth,
        first=waiting[node.first].title if node.first else "",
        is_ticked=node.external_id in ticked,
    )
