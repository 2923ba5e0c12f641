"""Policy versions of a fleet: what each changed, and what the fleet saw before and after it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards.policies import EffectLine, PoliciesPage, SettingLine, VersionCard
from dashboard.display.durations import NBSP, day_time, span_text
from dashboard.display.figures import MINUS, mean_money, share
from dashboard.display.policy_titles import title_of
from dashboard.display.policy_values import value_words
from dashboard.pages.backtest_job import tried_before
from dashboard.pages.names import actor_words, names_of
from dashboard.pages.policy_editor import field_url, policy_url
from governance.domain.policy.changes import policy_changes
from governance.domain.share_difference import Difference, Share, share_difference
from governance.selectors.backtests import trials_kept
from governance.selectors.policies import policy_of
from governance.selectors.policy_effects import policy_effects, versions_of, whole_hours

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from governance.domain.policy.changes import PolicyChange
    from governance.models import Fleet, PolicyTrial, PolicyVersion
    from governance.selectors.policy_effects import Counts, Effect

SHOWN = 10
# Below this a share would pretend to be knowledge.
SHARE_FROM = 10


def _ended(counts: Counts) -> int:
    return counts.approved + counts.refused + counts.expired


_MEASURES: tuple[tuple[str, Callable[[Counts], Share]], ...] = (
    ("Put before people, of what was asked", lambda seen: Share(seen.escalated, seen.asked)),
    ("Denied by the gate, of what was asked", lambda seen: Share(seen.denied, seen.asked)),
    ("Denied by people, of what ended", lambda seen: Share(seen.refused, _ended(seen))),
    ("Expired unanswered, of what ended", lambda seen: Share(seen.expired, _ended(seen))),
    ("Failed, of what ran", lambda seen: Share(seen.failures, seen.outcomes)),
)


def policies_page(fleet: Fleet, *, below: int | None, now: datetime) -> PoliciesPage:
    """Return a page of versions under the number ``below``, the newest where it is None."""
    found = versions_of(fleet=fleet, below=below, most=SHOWN)
    shown = found[:SHOWN]
    until = now if below is None else _replaced_at(fleet, below, now)
    effects = policy_effects(fleet=fleet, versions=found, until=until, now=now)
    names = names_of(by for each in shown for by in (each.published_by, each.agreed_by) if by)
    earlier: list[PolicyVersion | None] = [*found[1:], None]
    trials = trials_kept(fleet=fleet)
    url = reverse("fleet-policies", kwargs={"fleet": fleet.slug})
    return PoliciesPage(
        fleet_name=fleet.name,
        summary=_summary(shown, below),
        versions=tuple(
            _tried(
                _card(fleet, version, before, effects.get(version.number), names), version, trials
            )
            for version, before in zip(shown, earlier, strict=False)
        ),
        older_url=f"{url}?below={shown[-1].number}" if len(found) > SHOWN else "",
        editor_url=policy_url(fleet),
    )


def _tried(card: VersionCard, version: PolicyVersion, trials: Sequence[PolicyTrial]) -> VersionCard:
    return replace(card, how=(*card.how, *tried_before(version, trials)))


def _replaced_at(fleet: Fleet, number: int, now: datetime) -> datetime:
    newer = versions_of(fleet=fleet, below=number + 1, most=1)
    return newer[0].created_at if newer else now


def _summary(shown: Sequence[PolicyVersion], below: int | None) -> str:
    if not shown:
        return "No version." if below is None else f"No version below {below}."
    if below is not None:
        return f"Versions {shown[-1].number} to {shown[0].number}, newest first."
    latest = shown[0]
    return f"Policy {latest.number} is in force since {day_time(latest.created_at)} UTC."


def _card(
    fleet: Fleet,
    version: PolicyVersion,
    before: PolicyVersion | None,
    effect: Effect | None,
    names: Mapping[str, str],
) -> VersionCard:
    changed = policy_changes(policy_of(before), policy_of(version)) if before else ()
    return VersionCard(
        number=version.number,
        is_in_force=version.pk == fleet.policy_id,
        at=version.created_at,
        by=actor_words(version.published_by, names),
        reason=version.reason,
        settings=tuple(setting_line(fleet, each) for each in changed),
        how=tuple(_how(version, names)),
        back_url=""
        if version.pk == fleet.policy_id
        else reverse("fleet-policy-back", kwargs={"fleet": fleet.slug, "number": version.number}),
        compared=_compared(version, before, effect, is_in_force=version.pk == fleet.policy_id),
        effects=() if effect is None else tuple(_effects(effect)),
        is_compared=effect is None or effect.is_compared,
    )


def _how(version: PolicyVersion, names: Mapping[str, str]) -> Iterator[str]:
    if version.agreed_by:
        yield f"Agreed by {actor_words(version.agreed_by, names)}."
    if version.restores is not None:
        yield f"Brings policy {version.restores} back."
    if version.general is not None:
        yield f"What it does not set itself follows policy {version.general.number} of all fleets."


def setting_line(fleet: Fleet | None, change: PolicyChange) -> SettingLine:
    """Return what one version says otherwise than another of one setting."""
    return SettingLine(
        path=change.path,
        title=title_of(change.path),
        url=field_url(fleet, change.path),
        before=value_words(change.before, change.unit),
        after=value_words(change.after, change.unit),
        meaning=change.meaning,
    )


def _compared(
    version: PolicyVersion,
    before: PolicyVersion | None,
    effect: Effect | None,
    *,
    is_in_force: bool,
) -> str:
    if before is None:
        return "The first version: nothing stands before it."
    if not whole_hours(before.created_at, version.created_at):
        return f"{_nothing_to_compare(before)}{_since(effect, is_in_force=is_in_force)}"
    if effect is None:
        return _too_early() if is_in_force else _nothing_to_compare(version)
    long = span_text(effect.length.total_seconds())
    return (
        f"The {long} up to {day_time(effect.before_until)} UTC beside the {long} from"
        f" {day_time(effect.after_from)} UTC. Nothing else is held equal: who asked, and for what,"
        " may have changed as well."
    )


def _nothing_to_compare(version: PolicyVersion) -> str:
    return (
        f"Policy {version.number} stood for less than one whole hour of the clock, so there is"
        " nothing to compare."
    )


def _since(effect: Effect | None, *, is_in_force: bool) -> str:
    if effect is not None:
        long = span_text(effect.length.total_seconds())
        return f" What was seen since: the {long} from {day_time(effect.after_from)} UTC."
    if is_in_force:
        return " What is seen since it is in force stands here after its first whole hour."
    return ""


def _too_early() -> str:
    return (
        "Too early to say: whole hours are compared, and this version has not been in force for"
        " one."
    )


def _effects(effect: Effect) -> Iterator[EffectLine]:
    before, after = effect.before, effect.after
    yield EffectLine(
        label="Tasks asked for",
        before=f"{before.asked:,}" if before else "0",
        after=f"{after.asked:,}" if after else "0",
        difference="",
        verdict="",
    )
    for label, of in _MEASURES:
        yield _shares(
            label,
            of(before) if before else Share(0, 0),
            of(after) if after else Share(0, 0),
        )
    yield EffectLine(
        label="Cost of a task that ran",
        before=_cost(before),
        after=_cost(after),
        difference="",
        verdict="",
    )


def _cost(counts: Counts | None) -> str:
    if counts is None or not counts.outcomes:
        return "no data"
    return f"{mean_money(counts.cost_usd / counts.outcomes)}, n{NBSP}{counts.outcomes:,}"


def _shares(label: str, before: Share, after: Share) -> EffectLine:
    enough = min(before.whole, after.whole) >= SHARE_FROM
    difference = share_difference(before, after) if enough else None
    return EffectLine(
        label=label,
        before=_share(before),
        after=_share(after),
        difference="" if difference is None else _points(difference),
        verdict=_verdict(before, after, difference),
    )


def _share(counted: Share) -> str:
    if not counted.whole:
        return "no data"
    text = share(counted.part, counted.whole, minimum=SHARE_FROM)
    return f"{text}, n{NBSP}{counted.whole:,}" if counted.whole >= SHARE_FROM else text


def _points(difference: Difference) -> str:
    low, value, high = (
        _signed(100 * each) for each in (difference.low, difference.value, difference.high)
    )
    return f"{value}{NBSP}points ({low} to {high})"


def _signed(points: float) -> str:
    rounded = round(points, 1)
    if not rounded:
        return "0.0"
    return f"{'+' if rounded > 0 else MINUS}{abs(rounded):.1f}"


def _verdict(before: Share, after: Share, difference: Difference | None) -> str:
    if difference is None:
        least = min(before.whole, after.whole)
        return f"not enough data ({least} of {SHARE_FROM})"
    if difference.may_be_chance:
        return "may be chance"
    return "rose" if difference.value > 0 else "fell"
