"""What changed in a fleet since yesterday, in sentences; what did not change is not said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards.overview import Change
from dashboard.display.durations import day_time
from dashboard.display.figures import plural, times
from dashboard.pages.key_lines import ending_words
from dashboard.pages.names import actor_words, names_of
from governance.domain.phrases import list_words
from governance.domain.transitions import FREEZES, BreakerMove
from governance.domain.types import Tier
from governance.selectors.fleet_days import TwoDays

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from escalations.selectors.service_level import ServiceLevel
    from governance.models import ApiKey, Fleet, PolicyDraft, PolicyVersion
    from governance.selectors.fleet_days import TierMove

NAMED_MOST = 3
NONE = TwoDays(0, 0)
_RANK = {Tier.LOW: 0, Tier.MEDIUM: 1, Tier.HIGH: 2}
_THEN: Mapping[BreakerMove, tuple[str, str]] = {
    BreakerMove.OVERFLOW: ("was supervised instead", "were supervised instead"),
    BreakerMove.FORCED_OPEN: ("was frozen by hand", "were frozen by hand"),
    BreakerMove.RELEASED: ("was released", "were released"),
    BreakerMove.CLOSED: ("passed its probation", "passed their probation"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lately:
    """What is known of the last 24 h and of the 24 h before."""

    moves: Mapping[str, TwoDays]
    tiers: Sequence[TierMove]
    tickets: ServiceLevel
    tickets_before: ServiceLevel
    policies: Sequence[PolicyVersion]
    proposals: Sequence[PolicyDraft]
    registered: int
    ending: Sequence[ApiKey] = ()


def changes(fleet: Fleet, lately: Lately) -> tuple[Change, ...]:
    """Return what changed, what needs a look first; empty where nothing did."""
    slug = {"fleet": fleet.slug}
    return (
        *_proposals(fleet, lately.proposals),
        *_ending(lately.ending, reverse("fleet-keys", kwargs=slug)),
        *_freezes(lately.moves, reverse("fleet-agents", kwargs=slug)),
        *_tiers(lately.tiers, reverse("fleet-agents", kwargs=slug)),
        *_tickets(lately, reverse("fleet-decided", kwargs=slug)),
        *_policies(lately.policies, reverse("fleet-policies", kwargs=slug)),
        *_registered(lately.registered),
    )


def _ending(ending: Sequence[ApiKey], url: str) -> Iterator[Change]:
    said = ending_words(ending)
    if said:
        yield Change(icon="sand", sentence=said, url=url)


def _freezes(moves: Mapping[str, TwoDays], url: str) -> Iterator[Change]:
    last = sum(moves.get(move.value, NONE).last for move in FREEZES)
    before = sum(moves.get(move.value, NONE).before for move in FREEZES)
    others = [
        f"{plural(count, 'agent')} {one if count == 1 else many}"
        for move, (one, many) in _THEN.items()
        if (count := moves.get(move.value, NONE).last)
    ]
    if last or before:
        first = (
            f"Breakers froze agents {times(last)}, {times(before)} the day before"
            if last
            else f"No breaker froze an agent; the day before it happened {times(before)}"
        )
        yield Change(icon="ice", sentence=_sentence(first, others), url=f"{url}?state=frozen")
    elif others:
        yield Change(icon="ice", sentence=_sentence("", others), url=url)


def _sentence(first: str, others: list[str]) -> str:
    parts = [*([first] if first else []), *([list_words(others)] if others else [])]
    return f"{'; '.join(parts)}."


def _tiers(moved: Sequence[TierMove], url: str) -> Iterator[Change]:
    for falls, word, icon in ((True, "lower", "sink"), (False, "higher", "up")):
        found = [each for each in moved if (_RANK[each.after] < _RANK[each.before]) is falls]
        if not found:
            continue
        earn = "earns" if len(found) == 1 else "earn"
        named = [f"{each.name} ({each.before} to {each.after})" for each in found[:NAMED_MOST]]
        more = len(found) - len(named)
        listed = [*named, *([f"{more:,} more"] if more else [])]
        yield Change(
            icon=icon,
            sentence=f"{plural(len(found), 'agent')} {earn} a {word} tier than yesterday:",
            quote=f"{list_words(listed)}.",
            url=url,
        )


def _tickets(lately: Lately, url: str) -> Iterator[Change]:
    now, before = lately.tickets, lately.tickets_before
    if not now.ended and not before.ended:
        return
    parts = [f"{now.answered:,} answered", f"{now.expired:,} expired unanswered"]
    if now.withdrawn:
        parts.append(f"{now.withdrawn:,} withdrawn or replaced")
    yield Change(
        icon="sand" if now.expired else "check",
        sentence=(
            f"{plural(now.ended, 'ticket')} ended: {list_words(parts)}."
            f" The day before {before.ended:,}, of which {before.expired:,} expired."
        ),
        url=url,
    )


def _proposals(fleet: Fleet, waiting: Sequence[PolicyDraft]) -> Iterator[Change]:
    """Say which proposals of a policy wait, however long: nothing of them is in force."""
    names = names_of({draft.proposed_by for draft in waiting})
    for draft in waiting:
        is_general = draft.fleet_id is None
        what = "1 proposal for the policy of all fleets" if is_general else "1 policy proposal"
        by = actor_words(draft.proposed_by, names)
        yield Change(
            icon="people",
            sentence=f"{what} waits for a second admin, proposed by {by}:",
            quote=draft.reason,
            url=reverse("policy")
            if is_general
            else reverse("fleet-policy", kwargs={"fleet": fleet.slug}),
        )


def _policies(published: Sequence[PolicyVersion], url: str) -> Iterator[Change]:
    names = names_of(each.published_by for each in published)
    for each in published[:NAMED_MOST]:
        who = actor_words(each.published_by, names)
        yield Change(
            icon="shield",
            sentence=f"Policy {each.number} came into force {day_time(each.created_at)}, by {who}:",
            quote=each.reason,
            url=f"{url}#policy-{each.number}",
        )
    if len(published) > NAMED_MOST:
        more = len(published) - NAMED_MOST
        yield Change(
            icon="shield", sentence=f"{plural(more, 'earlier version')} before it.", url=url
        )


def _registered(count: int) -> Iterator[Change]:
    if count:
        was = "was" if count == 1 else "were"
        yield Change(icon="people", sentence=f"{plural(count, 'agent')} {was} registered.")
