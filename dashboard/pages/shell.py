"""Bar and navigation of a signed-in person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from dashboard.cards import FleetLink, Person, Shell
from dashboard.cards.shell import FleetMode
from dashboard.display.durations import span_text
from dashboard.pages.halt import halts_for
from dashboard.pages.integrity_words import changed_words
from dashboard.pages.names import initials
from dashboard.pages.navigation import navigation
from dashboard.selectors.preferences import preferences_of
from escalations.selectors.sweeping import SWEEPER_LATE, sweeper_lag
from governance.domain.permissions import Action, permitted
from governance.domain.types import Enforcement
from governance.selectors.clock import clock_now
from governance.selectors.people import fleets_of, person_name
from governance.selectors.policies import policy_in_force
from governance.selectors.policy_drafts import is_agreeable
from governance.selectors.seals import last_check_ended

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

    from governance.domain.types import Role
    from governance.models import Fleet


def shell_for(
    user: User, *, here: str, fleet: str = "", waiting: int | None = None, live: bool = True
) -> Shell:
    """Return the frame of a page.

    Args:
        user: the signed-in person.
        here: the name of the page's URL, as `queue` or `decided`; marks the navigation.
        fleet: slug of the page's fleet, empty where the person's fleets are joined.
        waiting: how many tickets the person can decide; None where nobody counted.
        live: whether the page changes by itself.
    """
    memberships = fleets_of(user=user)
    chosen = next(((each, role) for each, role in memberships if each.slug == fleet), None)
    links = [FleetLink(name="All fleets", url=reverse("queue"), is_current=chosen is None)]
    links += [
        FleetLink(
            name=each.name,
            url=reverse("fleet-queue", kwargs={"fleet": each.slug}),
            is_current=each.slug == fleet,
        )
        for each, _ in memberships
    ]
    told = fleet_mode(chosen[0]) if chosen else None
    wants = preferences_of(user=user)
    now = clock_now()
    return Shell(
        person=Person(
            name=person_name(user),
            initials=initials(person_name(user)),
            role=chosen[1].value.capitalize() if chosen else "",
        ),
        fleets=tuple(links),
        nav=navigation(
            here=here,
            fleet=fleet,
            waiting=waiting,
            role=chosen[1] if chosen else None,
            proposals=_proposals(user, chosen),
            sees_health=any(permitted(role, Action.HEALTH_VIEW) for _, role in memberships),
        ),
        home_url=reverse("queue"),
        sign_in_url=reverse("sign-in"),
        sign_out_url=reverse("sign-out"),
        account_url=reverse("account"),
        server_now=now,
        late=_late(now),
        log_changed=_log_changed(chosen),
        log_url=reverse("fleet-integrity", kwargs={"fleet": fleet}) if chosen else "",
        # Relative, unless sockets have a server of their own.
        socket_path=settings.LIVE_ORIGIN + (f"/ws/f/{fleet}/" if fleet else "/ws/queue/")
        if live
        else "",
        mode=told.mode if told else "",
        shadow_url=told.shadow_url if told else "",
        policy_version=told.policy_version if told else 0,
        halts=halts_for(memberships, fleet=fleet),
        keys_are_on=wants.keys_on,
        notices_are_on=wants.notices_on,
        calls_url=reverse("queue-calls"),
        halts_url=reverse("halts") + (f"?fleet={fleet}" if fleet else ""),
    )


def _proposals(user: User, chosen: tuple[Fleet, Role] | None) -> int:
    """Return how many proposals of the fleet's policy wait for this person's agreement."""
    if chosen is None or not permitted(chosen[1], Action.POLICY_CHANGE):
        return 0
    return int(is_agreeable(fleet=chosen[0], username=user.get_username()))


def _log_changed(chosen: tuple[Fleet, Role] | None) -> str:
    """Return what the last check of the fleet's log found; to those who may check it."""
    if chosen is None or not permitted(chosen[1], Action.LOG_VERIFY):
        return ""
    return changed_words(last_check_ended(fleet=chosen[0]))


def fleet_mode(fleet: Fleet) -> FleetMode:
    """Return whether a fleet's enforcement acts, and by which policy."""
    return FleetMode(
        mode=fleet.enforcement.upper(),
        shadow_url=_shadow_url(fleet),
        policy_version=policy_in_force(fleet=fleet)[0].number if fleet.policy_id else 0,
    )


def _shadow_url(fleet: Fleet) -> str:
    if fleet.enforcement != Enforcement.SHADOW:
        return ""
    return reverse("fleet-shadow", kwargs={"fleet": fleet.slug})


def _late(now: datetime) -> str:
    """Return what a page says while overdue tickets are left lying, nothing while they are not."""
    lag = sweeper_lag(now=now)
    if lag <= SWEEPER_LATE:
        return ""
    return (
        f"The sweeper is {span_text(lag.total_seconds())} late: what is overdue is shown late."
        " Deadlines hold all the same, nothing overdue can be approved or started."
        " Tell whoever runs the stack."
    )
