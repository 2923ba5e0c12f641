"""The demo's fleet: a new one for each run, with its own pace; the ones before are archived."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, count
from typing import TYPE_CHECKING

from config.demo.people import OWNERS, PEOPLE
from governance.domain.policy import policy_default, policy_to_plain
from governance.domain.types import Preset
from governance.refusals import ConflictError, MissingError
from governance.selectors.people import fleet_for_person, fleets_of, membership_role
from governance.services.archiving import fleet_archive
from governance.services.fleets import fleet_create, membership_set
from governance.services.policy_drafts import draft_agree
from governance.services.policy_putting import policy_put

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import User

    from config.demo.secrets_file import DemoSecrets
    from governance.domain.policy import Policy
    from governance.models import Fleet

SLUG, NAME = "shop", "Web shop"
FREEZE_FIRST_MIN = 1.5
LATCH_TRIPS = 3
SCAN_EVERY_MIN = 1
# An hour's finished tasks pass in ten minutes, and few people are there to check them.
AUDIT_SHARE = 0.1
PACE = (
    "Pace of the demo, not of an operation: the first freeze lasts 1.5 minutes instead of 15, the"
    " 3rd freeze within 7 days, not the 4th, waits for people, collusion is looked for each minute"
    " instead of each hour, and audits are drawn a tenth as often, so that they do not crowd out"
    " the rest. All else is the default."
)


def demo_policy() -> Policy:
    """Return the default policy at a pace that can be watched, with few audits."""
    policy = policy_default()
    breaker = replace(policy.breaker, freeze_first_min=FREEZE_FIRST_MIN, latch_trips=LATCH_TRIPS)
    limits = {preset.value: policy.presets.limits(preset) for preset in Preset}
    presets = {
        name: replace(each, audit_probability=round(each.audit_probability * AUDIT_SHARE, 4))
        for name, each in limits.items()
    }
    return replace(
        policy,
        breaker=breaker,
        presets=replace(policy.presets, **presets),
        collusion=replace(policy.collusion, recent_every_min=SCAN_EVERY_MIN),
    )


def fleet_prepare(people: Mapping[str, User], kept: DemoSecrets, *, fresh: bool) -> Fleet:
    """Return the demo's fleet with its members and its policy; one made here is noted in ``kept``.

    Args:
        people: everybody by user name; ``adam`` and ``anna`` administer the fleet.
        kept: names the last run's fleet, if there was one, and all that the demo ever made.
        fresh: archive every fleet the demo made that lives, and make a new one.
    """
    admin = people["adam"]
    fleet = None if fresh else _known(admin, kept.fleet or SLUG)
    is_new = fleet is None
    if fleet is None:
        for old, _ in fleets_of(user=admin):
            if str(old.pk) in kept.made:
                fleet_archive(fleet=old, actor="demo", reason="The demo was started again.")
        fleet = _created(admin)
        kept.made.append(str(fleet.pk))
    for username, _, role in (*PEOPLE, *OWNERS):
        if membership_role(user=people[username], fleet=fleet) is None:
            membership_set(fleet=fleet, user=people[username], role=role, actor="demo")
    if is_new:
        _pace_set(fleet, people)
    return fleet


def _pace_set(fleet: Fleet, people: Mapping[str, User]) -> None:
    """Put the demo's policy in force, as two admins do it: fewer audits need a second one."""
    plain, adam = policy_to_plain(demo_policy()), people["adam"]
    proposed = policy_put(fleet=fleet, user=adam, plain=plain, reason=PACE, replaces=1)
    if proposed is not None:
        draft_agree(fleet=fleet, user=people["anna"], version=proposed.version)


def _known(admin: User, slug: str) -> Fleet | None:
    try:
        return fleet_for_person(user=admin, slug=slug)[0]
    except MissingError:
        return None


def _created(admin: User) -> Fleet:
    """Return a new fleet under the first address that no fleet, alive or archived, has had."""
    addresses = chain([SLUG], (f"{SLUG}-{number}" for number in count(2)))
    return next(fleet for slug in addresses if (fleet := _unless_taken(slug, admin)) is not None)


def _unless_taken(slug: str, admin: User) -> Fleet | None:
    try:
        return fleet_create(slug=slug, name=NAME, admin=admin)
    except ConflictError:
        return None
