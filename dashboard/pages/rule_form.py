"""The form that makes a rule from a ticket: every argument fixed until somebody loosens it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.urls import reverse

from dashboard.cards.rules import ArgumentField, InAdvance, RuleForm
from dashboard.display.arguments import argument_texts
from dashboard.pages.rules import behind_words, ticket_ref
from escalations.domain.lifecycle import TicketKind
from escalations.domain.preapproval import HIGHEST
from escalations.selectors.edits import task_standing
from governance.domain.permissions import Action, permitted, why_not
from governance.domain.phrases import duration_words
from governance.domain.types import BlastLevel
from governance.refusals import ConflictError
from governance.selectors.policies import policy_in_force

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.pages.controls import Seat
    from dashboard.pages.standing import Viewer
    from escalations.models import Ticket

_DECIMAL = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_OWNED = "You own the agent; somebody else must make a rule for it."
_FIRST_HOURS, _FIRST_USES = 1, 10


def can_be_made_from(ticket: Ticket) -> bool:
    """Return whether a rule can begin at this ticket: a Low or Medium task, asked in earnest."""
    level = BlastLevel(ticket.risk_level)
    is_task = ticket.kind == TicketKind.TASK and not ticket.practice
    return is_task and level.rank <= HIGHEST.rank and _is_named(ticket)


def in_advance(ticket: Ticket, viewer: Viewer) -> InAdvance | None:
    """Return what a ticket's page says of rules; None where no rule can have to do with it."""
    url = reverse("fleet-rules", kwargs={"fleet": viewer.fleet.slug})
    rule = ticket.preapproval
    if rule is not None:
        return InAdvance(
            sentence=(
                f"Rule #{rule.number} approved this without asking anybody. {behind_words(rule)}."
            ),
            url=f"{url}#rule-{rule.number}",
            label=f"Rule #{rule.number}, and what else it approved",
        )
    if not can_be_made_from(ticket):
        return None
    return InAdvance(
        sentence="Asked the same again and again? A rule approves it in advance, for a few hours.",
        url=f"{url}?ticket={ticket.number}#make",
        label="Pre-approve requests like this",
    )


def rule_form(
    seat: Seat,
    ticket: Ticket,
    *,
    typed: Mapping[str, str] | None = None,
    sentence: str = "",
    read: str = "",
    wrong: str = "",
    problem: str = "",
) -> RuleForm:
    """Return the form that makes a rule from a ticket.

    Args:
        seat: who makes it.
        ticket: of a Low or Medium task.
        typed: the fields as they were sent; without them each is as the ticket has it.
        sentence: what the rule will let through, once that was asked for.
        read: the digest of the draft that the sentence is about.
        wrong: the field at fault.
        problem: what is wrong with it.

    Raises:
        ConflictError: not_for_rules, if no rule can be made from this ticket.
    """
    if not can_be_made_from(ticket):
        raise ConflictError(
            f"Ticket #{ticket.number} is not about a Low or Medium task that a rule could name.",
            code="not_for_rules",
        )
    asked, slug = ticket.snapshot["task"], {"fleet": seat.fleet.slug}
    longest_h = policy_in_force(fleet=seat.fleet)[1].tickets.preapproval_longest_h
    sent = typed or {
        "spend_most_usd": asked["spend_cap_usd"] or "",
        "level_most": ticket.risk_level,
        "hours": f"{min(_FIRST_HOURS, longest_h):g}",
        "uses_most": str(_FIRST_USES),
    }
    makes = permitted(seat.role, Action.RULE_MAKE)
    owned = ticket.agent is not None and ticket.agent.owner_id == seat.user.pk
    return RuleForm(
        review_url=reverse("fleet-rule-review", kwargs=slug),
        make_url=reverse("fleet-rule-make", kwargs=slug),
        why_not=why_not(seat.role, Action.RULE_PROPOSE) or (_OWNED if owned else ""),
        makes=makes,
        ticket=ticket_ref(seat.fleet.slug, ticket.number),
        action=f"{asked['operation']} with {asked['tool']} in {asked['environment']}",
        target=_target(asked["target"], sent, wrong, problem),
        arguments=_arguments(task_standing(ticket)["arguments"], sent, wrong, problem),
        spend_most_usd=sent.get("spend_most_usd", ""),
        levels=_levels(ticket),
        level_most=sent.get("level_most", ""),
        hours=sent.get("hours", ""),
        longest_h=f"{longest_h:g}",
        uses_most=sent.get("uses_most", ""),
        reason=sent.get("reason", ""),
        sentence=sentence,
        counts=_counts(makes, sent.get("hours", ""), longest_h) if sentence else "",
        read=read,
        idempotency_key=sent.get("idempotency_key", "") or str(uuid4()),
        wrong=wrong,
        problem=problem,
    )


def _is_named(ticket: Ticket) -> bool:
    """Return whether the arguments are an object: a rule bounds each by its name."""
    asked = ticket.snapshot.get("task")
    return asked is not None and isinstance(json.loads(asked["arguments"]), dict)


def _levels(ticket: Ticket) -> tuple[str, ...]:
    least = BlastLevel(ticket.risk_level).rank
    return tuple(level.value for level in BlastLevel if least <= level.rank <= HIGHEST.rank)


def _target(target: str, sent: Mapping[str, str], wrong: str, problem: str) -> ArgumentField:
    return ArgumentField(
        index=0,
        name="target",
        shown=target,
        is_number=False,
        is_loosenable=bool(target),
        one_of=sent.get("target-one-of", ""),
        problem=problem if wrong == "targets" else "",
    )


def _arguments(
    canonical: str, sent: Mapping[str, str], wrong: str, problem: str
) -> tuple[ArgumentField, ...]:
    values: dict[str, Any] = json.loads(canonical)
    return tuple(
        ArgumentField(
            index=index,
            name=name,
            shown=shown,
            is_number=_is_number(values[name]),
            is_loosenable=isinstance(values[name], str) or _is_number(values[name]),
            least=sent.get(f"least-{index}", ""),
            most=sent.get(f"most-{index}", ""),
            one_of=sent.get(f"one-of-{index}", ""),
            problem=problem if wrong == f"arguments.{name}" else "",
        )
        for index, (name, shown) in enumerate(argument_texts(canonical))
    )


def _is_number(value: object) -> bool:
    if isinstance(value, str):
        return _DECIMAL.fullmatch(value) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)


def _counts(makes: bool, hours: str, longest_h: float) -> str:
    """Return from when on the rule counts, and until when."""
    lasts = duration_words(float(hours) * 3600)
    if makes:
        return f"It counts from now on, for {lasts}. Anybody of the fleet can revoke it at once."
    waits = duration_words(longest_h * 3600)
    return f"It waits {waits} for a manager to accept it, and counts for {lasts} from then on."
