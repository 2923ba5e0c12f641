"""The question that a browser without script is asked before an answer to a ticket counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.cards.question import Question
from dashboard.pages.emergency import FORM

if TYPE_CHECKING:
    from dashboard.cards import DecisionPanel
    from dashboard.cards.together import TogetherForm
    from dashboard.pages.panel import Typed


def question_of(panel: DecisionPanel, typed: Typed) -> Question | None:
    """Return the question about an answer that was sent; None if none was, or it is off by now.

    Args:
        panel: everything else that is beside the facts.
        typed: what was sent, with its fields in ``asked``.
    """
    if not typed.asked:
        return None
    if typed.move is not None and typed.move.form == FORM:
        return _about_emergency(panel, typed)
    return question_about(panel, choice=typed.choice, fields=typed.asked)


def question_about(
    form: DecisionPanel | TogetherForm, *, choice: str, fields: tuple[tuple[str, str], ...]
) -> Question | None:
    """Return the question about one of the form's choices; None where it is not open.

    Args:
        form: with what was typed in it.
        choice: the value of the choice.
        fields: names and values that the question sends again.
    """
    chosen = [each for each in form.choices if each.value == choice and not each.why_off]
    if not chosen:
        return None
    labels = {(each.for_choice, each.code): each.label for each in form.reason_codes}
    return Question(
        url=form.decide_url,
        asks=chosen[0].asks,
        yes=f"Yes, {chosen[0].label.lower()}",
        icon=chosen[0].icon,
        tone=chosen[0].tone,
        reason=labels.get((choice, form.typed_code), ""),
        words=form.typed_text,
        tasks=tuple(line.title for line in form.held if line.is_ticked),
        fields=fields,
    )


def _about_emergency(panel: DecisionPanel, typed: Typed) -> Question | None:
    emergency = panel.emergency
    if emergency is None or emergency.form is None or emergency.form.why_off:
        return None
    return Question(
        url=emergency.form.url,
        asks=emergency.asks,
        yes=emergency.yes,
        icon="warn",
        tone="deny",
        words=typed.move.text if typed.move else "",
        fields=typed.asked,
    )
