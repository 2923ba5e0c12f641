"""What came back from a form that is not drawn any more, or never was: the page keeps the words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.pages.editing import EDIT, TAKE_BACK
from dashboard.pages.emergency import FORM

if TYPE_CHECKING:
    from dashboard.cards import DecisionPanel
    from dashboard.cards.holding import HolderForm
    from dashboard.pages.holding import TypedMove
    from dashboard.pages.panel import Typed


def unsent_of(panel: DecisionPanel, typed: Typed) -> tuple[str, str]:
    """Return the words that no form, question or conflict of the panel shows, and what was wrong.

    Both are empty where everything typed is in sight.

    Args:
        panel: everything else that is beside the facts.
        typed: what came back.
    """
    if panel.question is not None:
        return "", ""
    if typed.move is not None:
        is_shown, text = _is_drawn(panel, typed.move), typed.move.text
        # A form that is off says itself what was wrong.
        problem = "" if _is_off(panel, typed.move) else typed.move.problem
    else:
        is_shown = panel.is_reason_on or (typed.conflict is not None and not panel.is_pending)
        text, problem = typed.text, " ".join(error.message for error in typed.errors)
    if is_shown:
        return "", ""
    return text, "" if typed.conflict else problem


def _is_drawn(panel: DecisionPanel, move: TypedMove) -> bool:
    """Return whether the form that a move came back from is there to hold it."""
    if not panel.is_pending:
        return False
    if move.form in {EDIT, TAKE_BACK}:
        return panel.edit is not None
    if move.form == FORM:
        form = panel.emergency.form if panel.emergency else None
        return form is not None and not form.why_off
    form = _holder_form(panel, move)
    return form is not None and not form.why_off


def _is_off(panel: DecisionPanel, move: TypedMove) -> bool:
    form = _holder_form(panel, move) if panel.is_pending else None
    return form is not None and bool(form.why_off)


def _holder_form(panel: DecisionPanel, move: TypedMove) -> HolderForm | None:
    """Return the form of a holder that a move came back from; None where there is none."""
    holding = panel.holding
    if holding is None:
        return None
    forms = {
        "snooze": holding.snooze,
        "ask": holding.ask,
        "answer": holding.answer,
        "escalate": holding.escalate,
        "reassign": holding.reassign,
    }
    return forms.get(move.form)
