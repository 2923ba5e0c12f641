"""The panel on which a person decides, drawn from a ticket as it is now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.urls import reverse

from dashboard.cards import (
    Choice,
    Conflict,
    DecisionPanel,
    FieldError,
    ReasonCode,
    Signature,
    UndoWindow,
    choices_for,
)
from dashboard.display.durations import day_time
from dashboard.display.figures import plural
from dashboard.pages.editing import edit_form
from dashboard.pages.emergency import emergency_card
from dashboard.pages.escalation import escalation_note
from dashboard.pages.held import held_lines
from dashboard.pages.holding import holding_card
from dashboard.pages.marks import claim_mark, countdown
from dashboard.pages.permits import on_approval
from dashboard.pages.question import question_of
from dashboard.pages.reopening import reopen_window
from dashboard.pages.ruling import ruling_now
from dashboard.pages.standing import (
    barred_words,
    can_take_over,
    eligible_names,
    routing,
    why_no_claim,
    why_not_now,
)
from dashboard.pages.unsent import unsent_of
from dashboard.pages.votes import approvals_of
from escalations.domain.emergency import ADMINS_NEEDED
from escalations.domain.lifecycle import LETS_RUN, TicketKind, TicketState
from escalations.domain.reasons import reason_label, reasons_offered
from escalations.domain.voting import Choice as Answer
from escalations.selectors.emergency import reviewed
from escalations.selectors.tickets import status_of
from escalations.services.ballots import STEP_UP_FRESH, step_up_needed
from governance.domain.collusion.penalties import fine_phrase, fines_of, team_phrase
from governance.domain.money import ZERO
from governance.domain.phrases import share_words
from governance.domain.types import GrantState
from governance.selectors.collusion import fined_before, ring_shown, ring_unfined
from governance.selectors.people import person_name
from governance.selectors.policies import policy_in_force, policy_of
from governance.selectors.tasks import grant_live

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from dashboard.cards.escalation import EscalationNote
    from dashboard.pages.holding import TypedMove
    from dashboard.pages.standing import Viewer
    from escalations.domain.routing import Routing
    from escalations.models import Ticket

_SIGNED = {"task": "approved", "release": "released"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a person had entered in a form that was not recorded, and why it was not.

    ``move`` is what came back from one of the holder's own forms. ``asked`` are the fields of an
    answer that would be recorded, and is asked about once more.
    """

    choice: str = ""
    code: str = ""
    text: str = ""
    tasks: tuple[str, ...] = ()
    errors: tuple[FieldError, ...] = ()
    conflict: Conflict | None = None
    move: TypedMove | None = None
    asked: tuple[tuple[str, str], ...] = ()


def decision_panel(
    ticket: Ticket,
    *,
    viewer: Viewer,
    seq: int,
    password_given_at: datetime | None = None,
    typed: Typed | None = None,
) -> DecisionPanel:
    """Return everything beside the facts of a ticket.

    Args:
        ticket: with agent, claim and votes loaded (`tickets_shown`).
        viewer: the person who looks.
        seq: the fleet's last event sequence number, read before the ticket.
        password_given_at: when the person last gave the password in this session.
        typed: what came back from a form that was not recorded.
    """
    status = status_of(ticket, now=viewer.now)
    is_pending = status.state is TicketState.PENDING
    found = routing(viewer, ticket)
    claim = claim_mark(ticket, viewer=viewer.user, now=viewer.now)
    entered = typed or Typed()
    held, settled = held_lines(ticket, ticked=entered.tasks)
    holds = bool(held)
    choices = _choices(ticket, viewer, holds) if is_pending else _turning(ticket, viewer)
    card = DecisionPanel(
        ticket_id=str(ticket.pk),
        number=ticket.number,
        version=ticket.version,
        fleet_slug=viewer.fleet.slug,
        kind=ticket.kind,
        state=status.state.value,
        resolution=status.resolution.value if status.resolution else "",
        panel_url=_url("ticket-panel", ticket, viewer),
        decide_url=_url("ticket-decide", ticket, viewer),
        queue_url=reverse("queue"),
        next_url=f"{reverse('queue-next')}?left={ticket.pk}",
        now=viewer.now,
        seq=seq,
        task_id=str(ticket.task_id or ""),
        action_digest=ticket.action_digest,
        countdown=(
            countdown(ticket.opened_at, ticket.decide_by, now=viewer.now) if is_pending else None
        ),
        approvals_needed=ADMINS_NEEDED if ticket.emergency else ticket.approvals_needed,
        signatures=_signatures(ticket, viewer),
        eligible=eligible_names(viewer, found),
        barred=barred_words(viewer, ticket, found)
        + ((found.unroutable,) if found.unroutable else ()),
        rule="One of them must be a manager." if ticket.needs_manager else "",
        claim=claim if is_pending else None,
        claim_url=_url("ticket-claim", ticket, viewer),
        release_claim_url=_url("ticket-release-claim", ticket, viewer),
        rights_url=_url("ticket-rights", ticket, viewer),
        can_take_over=can_take_over(viewer, ticket),
        why_no_claim=why_no_claim(viewer, ticket),
        choices=choices,
        held=held if is_pending else (),
        settled=settled,
        reason_codes=_reason_codes(ticket, choices),
        idempotency_key=uuid4().hex,
        on_approval=on_approval(ticket) if is_pending else "",
        asks_password=_asks_password(ticket, viewer, password_given_at),
        has_password=viewer.user.has_usable_password(),
        typed_choice=entered.choice,
        typed_code=entered.code,
        typed_text=entered.text,
        errors=entered.errors,
        conflict=entered.conflict,
        ruling=ruling_now(ticket, viewer=viewer.user, now=viewer.now),
        undo=undo_window(ticket, viewer),
        reopen=reopen_window(ticket, viewer),
        escalation=_level(ticket, viewer, found) if is_pending else None,
        holding=holding_card(ticket, viewer=viewer, found=found, typed=entered.move),
        emergency=emergency_card(ticket, viewer=viewer, typed=entered.move),
        was_emergency=ticket.emergency,
        edit=edit_form(ticket, viewer, entered.move) if is_pending else None,
    )
    if typed is None:
        return card
    card = replace(card, question=question_of(card, typed))
    unsent, why_unsent = unsent_of(card, typed)
    return replace(card, unsent=unsent, why_unsent=why_unsent)


def conflict_card(current: Mapping[str, Any], *, seen_version: int, now: datetime) -> Conflict:
    """Return who was faster, from the ``current`` of a refusal.

    A vote or a claim leaves the ticket pending and has no time there: ``now`` stands for it.
    """
    at = current.get("at")
    return Conflict(
        resolution=current["resolution"],
        state=current["state"],
        by=current["by"],
        at=datetime.fromisoformat(at) if at else now,
        reason=current["reason"],
        seen_version=seen_version,
        version=current["version"],
    )


def _url(name: str, ticket: Ticket, viewer: Viewer) -> str:
    return reverse(name, kwargs={"fleet": viewer.fleet.slug, "number": ticket.number})


def _signatures(ticket: Ticket, viewer: Viewer) -> tuple[Signature, ...]:
    kind = TicketKind(ticket.kind)
    return tuple(
        Signature(
            name=person_name(vote.user),
            at=vote.created_at,
            word="called" if ticket.emergency else _SIGNED.get(ticket.kind, "acknowledged"),
            reason=vote.reason_text or reason_label(kind, Answer(vote.choice), vote.reason_code),
            is_me=vote.user_id == viewer.user.pk,
        )
        for vote in approvals_of(ticket)
    )


def _level(ticket: Ticket, viewer: Viewer, found: Routing) -> EscalationNote | None:
    barred = {person.id for person, _ in found.excluded}
    return escalation_note(ticket, viewer=viewer, barred=barred)


def _choices(ticket: Ticket, viewer: Viewer, holds: bool = False) -> tuple[Choice, ...]:
    kind = ticket.kind
    if kind == TicketKind.CASCADE and not holds:
        kind = "empty cascade"
    if kind == TicketKind.INCIDENT and ticket.agent_id is None:
        kind = "fleet incident"
    if reviewed(ticket) is not None:
        kind = "review"
    found = choices_for(kind)
    off = {each.value: why_not_now(viewer, ticket, Answer(each.value)) for each in found}
    does = {}
    if kind == TicketKind.COLLUSION and ticket.subject is not None:
        does[Answer.CONFIRM.value] = _on_confirmation(ticket.subject, viewer)
        does[Answer.DISMISS.value] = _on_dismissal(viewer)
    return choices_for(kind, off, does)


def _on_confirmation(ring_id: UUID, viewer: Viewer) -> str:
    """Return what would be imposed on a ring's members if a person confirmed it now."""
    ring, members = ring_shown(ring_id)
    policy = policy_of(ring.last_scan.policy).collusion
    fines = fines_of(ring_unfined(ring=ring, until=viewer.now), policy.fine_share)
    fine = fine_phrase(sum(fines.values(), ZERO), fined_before(ring))
    return (
        f"{plural(len(members), 'member')}: tier low and {share_words(policy.penal_budget_share)}"
        f" of the budget for {plural(policy.penal_days, 'day')}; {fine}, as of"
        f" {day_time(viewer.now)} UTC."
    )


def _on_dismissal(viewer: Viewer) -> str:
    """Return what follows if a person says that a ring is none."""
    days = policy_in_force(fleet=viewer.fleet)[1].collusion.team_days
    return f"Gives back what the suspicion took, and {team_phrase(days)}."


def _turning(ticket: Ticket, viewer: Viewer) -> tuple[Choice, ...]:
    """Return the one choice that can still turn an approval around."""
    if not _can_turn(ticket, viewer):
        return ()
    return tuple(choice for choice in _choices(ticket, viewer) if choice.value == Answer.DENY)


def _can_turn(ticket: Ticket, viewer: Viewer) -> bool:
    """Return whether a denial still stops what was approved: its grant is unused."""
    if status_of(ticket, now=viewer.now).resolution not in LETS_RUN or ticket.task is None:
        return False
    grant = grant_live(task=ticket.task)
    is_unused = grant is not None and grant.state == GrantState.ISSUED
    return is_unused and not why_not_now(viewer, ticket, Answer.DENY)


def _reason_codes(ticket: Ticket, choices: tuple[Choice, ...]) -> tuple[ReasonCode, ...]:
    """Return the reasons of what the person can choose now; a reason for the rest only misleads."""
    kind, is_review = TicketKind(ticket.kind), reviewed(ticket) is not None
    return tuple(
        ReasonCode(code=reason.code, label=reason.label, for_choice=choice.value)
        for choice in choices
        if not choice.why_off
        for reason in reasons_offered(kind, Answer(choice.value), is_review=is_review)
    )


def _asks_password(ticket: Ticket, viewer: Viewer, given_at: datetime | None) -> bool:
    is_fresh = given_at is not None and viewer.now - given_at <= STEP_UP_FRESH
    return step_up_needed(ticket, Answer.APPROVE) and not is_fresh


def undo_window(ticket: Ticket, viewer: Viewer) -> UndoWindow | None:
    """Return the seconds in which the approval can be taken back, while there are any."""
    usable_from, resolved_at = ticket.usable_from, ticket.resolved_at
    if status_of(ticket, now=viewer.now).resolution not in LETS_RUN:
        return None
    if usable_from is None or resolved_at is None or usable_from <= viewer.now:
        return None
    is_voter = any(signature.is_me for signature in _signatures(ticket, viewer))
    return UndoWindow(
        url=_url("ticket-undo", ticket, viewer) if is_voter else "",
        countdown=countdown(resolved_at, usable_from, now=viewer.now),
    )
