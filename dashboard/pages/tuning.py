"""The rare controls of an agent: the mode of its breaker, and the mandate people lowered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.cards.controls import Control
from dashboard.display.durations import day_time
from dashboard.pages.names import actor_words, names_of
from governance.domain.permissions import Action, why_not
from governance.domain.phrases import duration_words
from governance.domain.types import BreakerMode
from governance.selectors.bypasses import bypass_of

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

    from governance.domain.policy.breaker import BreakerPolicy
    from governance.domain.types import Role
    from governance.models import Agent, Bypass

_OWNER = "You own it; two other admins must agree."


def tuning_controls(
    agent: Agent, *, role: Role, user: User, policy: BreakerPolicy, now: datetime
) -> tuple[Control, ...]:
    """Return what changes the agent's breaker and mandate themselves, as the person may."""
    off = why_not(role, Action.BREAKER_MODE)
    mode = BreakerMode(agent.standing.breaker_mode)
    known = bypass_of(agent_id=agent.pk, now=now)
    controls: list[Control] = []
    if mode is not BreakerMode.ENFORCE or known is not None:
        controls.append(_enforce(mode, known, off))
    if mode is BreakerMode.ENFORCE:
        controls.append(_record(off))
    if mode is not BreakerMode.BYPASS:
        owner_off = off or (_OWNER if agent.owner_id == user.pk else "")
        controls.append(
            _bypass(policy, owner_off) if known is None else _agree(known, user, owner_off)
        )
    if agent.mandate_ceiling:
        controls.append(_restore(agent, role))
    return tuple(controls)


def _enforce(mode: BreakerMode, known: Bypass | None, off: str) -> Control:
    if mode is BreakerMode.ENFORCE:
        effect = "Nobody has agreed yet: takes the question back."
    elif known is not None and known.agreed_by:
        effect = f"Ends the bypass now; it would end at {day_time(known.ends_at)} UTC."
    else:
        effect = "What its detector finds acts again, a freeze that stands now too."
    return Control(
        value="enforce",
        label="Withdraw the bypass" if mode is BreakerMode.ENFORCE else "Let the breaker act",
        icon="shield",
        tone="main",
        effect=effect,
        why_off=off,
    )


def _record(off: str) -> Control:
    return Control(
        value="record",
        label="Only record",
        icon="eye",
        effect="The detector goes on and stops nothing; what people do still acts.",
        why_off=off,
    )


def _bypass(policy: BreakerPolicy, off: str) -> Control:
    usual, longest = policy.bypass_usual_h, policy.bypass_longest_h
    return Control(
        value="bypass",
        label="Ask to pass it over",
        icon="swap",
        effect=(
            f"For {duration_words(usual * 3600)} once another admin agrees, at most"
            f" {duration_words(longest * 3600)} by the API. Never lifts a latch, a mandate or an"
            " approval."
        ),
        why_off=off,
    )


def _agree(known: Bypass, user: User, off: str) -> Control:
    by = actor_words(known.asked_by, names_of([known.asked_by]))
    asked = f"{by} asks for {duration_words(known.length_min * 60)}: {known.reason}"
    if known.asked_by == user.get_username():
        off = off or "You asked for it; another admin must agree."
    return Control(
        value="agree",
        label="Agree to the bypass",
        icon="check",
        effect=asked,
        why_off=off,
        needs_reason=False,
    )


def _restore(agent: Agent, role: Role) -> Control:
    return Control(
        value="restore",
        label="Give the mandate back",
        icon="up",
        effect=(
            f"Alone up to {agent.mandate_level.capitalize()} again; people lowered it to"
            f" {agent.level_alone.capitalize()}."
        ),
        why_off=why_not(role, Action.AGENT_REGISTER),
    )
