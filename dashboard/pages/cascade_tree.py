"""The tree of an incident, and what of it waits for a person."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.urls import reverse

from dashboard.cards.cascade import HeldLine, TreeNode
from dashboard.display.wording import Mark, result_mark
from dashboard.pages.agent_links import agent_url
from dashboard.pages.lineage import STATE_WORDS
from dashboard.pages.names import actor_words
from escalations.domain.routing import resume_reasons
from escalations.selectors.routing import person_of
from governance.domain.containment import FATE_MEANING, Fate, SettledBy
from governance.domain.types import TaskState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.pages.cascade_asking import Asking
    from dashboard.pages.controls import Seat
    from escalations.domain.routing import Person
    from governance.selectors.cascades import CascadeNode, CascadeTree

_TAINTED = Mark("Tainted", "warn", "amber")
_HELD = Mark("Held", "lock", "ice")
_NOT_HELD = Mark("Not held", "eye", "amber")
_FAILED = Mark("Failed", "x", "bad")
_SETTLED = {
    SettledBy.RESUME: Mark("Resumed", "check", "good"),
    SettledBy.CANCEL: Mark("Cancelled", "x"),
    SettledBy.RERUN: Mark("To be run again", "swap"),
    SettledBy.WITHDRAWN: Mark("Withdrawn", "minus"),
    SettledBy.FINISHED: Mark("Had begun", "dot"),
    SettledBy.EXPIRED: Mark("Expired", "sand", "amber"),
}
_OPEN = {TaskState.PENDING, TaskState.READY, TaskState.RUNNING}
_LEFT = {Fate.RUNNING, Fate.ASKED, Fate.MISSED, Fate.SHADOW}


def tree_nodes(tree: CascadeTree, *, fleet: str, names: Mapping[str, str]) -> tuple[TreeNode, ...]:
    """Return the tops of the tree, each with everything below it.

    Args:
        tree: as read.
        fleet: slug, for links.
        names: of whoever settled something.
    """
    below: dict[UUID | None, list[CascadeNode]] = defaultdict(list)
    known = {node.task_id for node in tree.nodes}
    for node in tree.nodes:
        below[node.parent_id if node.parent_id in known else None].append(node)

    def drawn(node: CascadeNode) -> TreeNode:
        return TreeNode(
            title=node.title,
            agent=node.agent,
            agent_url=agent_url("agent", node.agent_id, fleet=fleet),
            external_id=node.external_id,
            state=STATE_WORDS[TaskState(node.state)],
            marks=_marks(node),
            notes=_notes(node, names),
            children=tuple(drawn(child) for child in below[node.task_id]),
        )

    return tuple(drawn(node) for node in below[None])


def held_lines(
    tree: CascadeTree,
    seat: Seat,
    asking: Asking,
    *,
    typed: tuple[str, str, str] = ("", "", ""),
) -> tuple[HeldLine, ...]:
    """Return what waits for a person, root first.

    Args:
        tree: as read.
        seat: who looks.
        asking: the ticket that the forms answer.
        typed: task, reason and problem of a form that was not recorded.
    """
    by_id = {node.task_id: node for node in tree.nodes}
    person, ticket = person_of(seat.user, seat.role), asking.ticket
    lines = []
    for node in tree.nodes:
        if node.fate != Fate.HELD or node.settled:
            continue
        parent = by_id.get(node.parent_id) if node.parent_id else None
        task, reason, problem = typed if typed[0] == str(node.task_id) else ("", "", "")
        place = {
            "fleet": seat.fleet.slug,
            "cascade_id": tree.cascade.pk,
            "task_id": node.task_id,
        }
        lines.append(
            HeldLine(
                key=str(node.task_id),
                title=node.title,
                agent=node.agent,
                external_id=node.external_id,
                level=node.level,
                builds_on=_builds_on(parent),
                url=(
                    reverse("cascade-settle", kwargs=place)
                    if asking.is_open and not node.first
                    else ""
                ),
                ticket=ticket.number if ticket else 0,
                version=ticket.version if ticket else 0,
                idempotency_key=uuid4().hex,
                first=by_id[node.first].title if node.first else "",
                why_no_resume=_why_no_resume(node, person),
                typed_reason=reason,
                problem=problem if task else "",
            )
        )
    return tuple(lines)


def not_held(tree: CascadeTree) -> tuple[tuple[str, str], ...]:
    """Return the tasks that containment reached and left as they were, each with the reason."""
    return tuple(
        (f"{node.title} · {node.agent}", FATE_MEANING[Fate(node.fate)].removeprefix("not held: "))
        for node in tree.nodes
        if node.fate in _LEFT
    )


def _why_no_resume(node: CascadeNode, person: Person) -> str:
    reasons = resume_reasons(
        person,
        agent_name=node.agent,
        owner_id=str(node.owner_id),
        requested_by=node.requested_by,
    )
    sentences = [*(reason.sentence for reason in reasons), "Somebody else must resume it."]
    return " ".join(sentences) if reasons else ""


def _builds_on(parent: CascadeNode | None) -> str:
    if parent is None:
        return "Nothing above it; it was in the queue of the frozen agent."
    if parent.result == "failure":
        return f"Builds on “{parent.title}”, which failed."
    if parent.is_tainted:
        return f"Builds on “{parent.title}”, whose output is tainted."
    return f"Builds on “{parent.title}”."


def _marks(node: CascadeNode) -> tuple[Mark, ...]:
    marks = []
    if node.result == "failure":
        marks.append(_FAILED)
    elif node.result:
        word = result_mark(node.result)
        marks.append(Mark(word.label.capitalize(), "", "line"))
    if node.is_tainted:
        marks.append(_TAINTED)
    if node.fate == Fate.HELD:
        marks.append(_SETTLED[SettledBy(node.settled)] if node.settled else _HELD)
    if node.fate in _LEFT:
        marks.append(_NOT_HELD)
    return tuple(marks)


def _notes(node: CascadeNode, names: Mapping[str, str]) -> tuple[str, ...]:
    notes = []
    if node.error_code:
        notes.append(f"error {node.error_code}")
    if node.fate in _LEFT:
        notes.append(FATE_MEANING[Fate(node.fate)].removeprefix("not held: "))
    if node.fate == Fate.STOPPED:
        notes.append(FATE_MEANING[Fate.STOPPED])
    if not node.fate and not node.is_tainted and node.state in _OPEN:
        notes.append("not held: it builds on nothing that failed")
    if node.settled_by and node.reason:
        notes.append(f"{actor_words(node.settled_by, names)}: “{node.reason}”")
    return tuple(notes)
