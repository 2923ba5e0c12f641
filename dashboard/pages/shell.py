"""Bar and navigation of a signed-in person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from dashboard.cards import FleetLink, NavGroup, NavLink, Person, Shell
from dashboard.display.durations import span_text
from dashboard.pages.halt import halts_for
from dashboard.pages.names import initials
from dashboard.selectors.preferences import preferences_of
from escalations.selectors.sweeping import SWEEPER_LATE, sweeper_lag
from governance.domain.permissions import Action, permitted
from governance.selectors.clock import clock_now
from governance.selectors.people import fleets_of, person_name
from governance.selectors.policies import policy_in_force

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

    from governance.domain.types import Role


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
    one = chosen[0] if chosen else None
    wants = preferences_of(user=user)
    now = clock_now()
    return Shell(
        person=Person(
            name=person_name(user),
            initials=initials(person_name(user)),
            role=chosen[1].value.capitalize() if chosen else "",
        ),
        fleets=tuple(links),
        nav=_nav(here=here, fleet=fleet, waiting=waiting, role=chosen[1] if chosen else None),
        home_url=reverse("queue"),
        sign_in_url=reverse("sign-in"),
        sign_out_url=reverse("sign-out"),
        account_url=reverse("account"),
        server_now=now,
        late=_late(now),
        # Relative, unless sockets have a server of their own.
        socket_path=settings.LIVE_ORIGIN + (f"/ws/f/{fleet}/" if fleet else "/ws/queue/")
        if live
        else "",
        mode=one.enforcement.upper() if one else "",
        policy_version=policy_in_force(fleet=one)[0].number if one and one.policy_id else 0,
        halts=halts_for(memberships, fleet=fleet),
        keys_are_on=wants.keys_on,
        notices_are_on=wants.notices_on,
        calls_url=reverse("queue-calls"),
        halts_url=reverse("halts") + (f"?fleet={fleet}" if fleet else ""),
    )


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


def _incidents(here: str, slug: dict[str, str] | None) -> tuple[NavLink, ...]:
    """Return the way to one fleet's incidents and figures; several fleets have theirs apart."""
    if slug is None:
        return ()
    return (
        NavLink(
            label="Cascades",
            url=reverse("fleet-cascades", kwargs=slug),
            icon="tree",
            is_current=here == "cascades",
            is_lesser=True,
        ),
        NavLink(
            label="Collusion",
            url=reverse("fleet-collusion", kwargs=slug),
            icon="swap",
            is_current=here == "collusion",
            is_lesser=True,
        ),
        NavLink(
            label="Incidents",
            url=reverse("fleet-incidents", kwargs=slug),
            icon="warn",
            is_current=here == "incidents",
            is_lesser=True,
        ),
        NavLink(
            label="Service levels",
            url=reverse("fleet-service", kwargs=slug),
            icon="clock",
            is_current=here == "service",
            is_lesser=True,
        ),
    )


def _overview(here: str, slug: dict[str, str] | None) -> tuple[NavLink, ...]:
    """Return the way to what sums one fleet up."""
    if slug is None:
        return ()
    url = reverse("fleet-overview", kwargs=slug)
    return (NavLink(label="Overview", url=url, icon="fleet", is_current=here == "overview"),)


def _rules(here: str, slug: dict[str, str] | None) -> tuple[NavLink, ...]:
    """Return the way to what one fleet's managers approved in advance."""
    if slug is None:
        return ()
    url = reverse("fleet-rules", kwargs=slug)
    is_here = here == "rules"
    return (NavLink(label="Rules", url=url, icon="clock", is_current=is_here, is_lesser=True),)


def _nav(*, here: str, fleet: str, waiting: int | None, role: Role | None) -> tuple[NavGroup, ...]:
    slug = {"fleet": fleet} if fleet else None
    agents = reverse("fleet-agents", kwargs=slug) if fleet else reverse("agents")
    queue = reverse("fleet-queue" if fleet else "queue", kwargs=slug)
    decided = reverse("fleet-decided" if fleet else "decided", kwargs=slug)
    return (
        NavGroup(
            label="Decide",
            links=(
                NavLink(
                    label="Queue",
                    url=queue,
                    icon="queue",
                    count=waiting,
                    is_hot=bool(waiting),
                    is_current=here == "queue",
                    counts_waiting=True,
                ),
                NavLink(label="Decided", url=decided, icon="check", is_current=here == "decided"),
                *_rules(here, slug),
            ),
        ),
        NavGroup(
            label="Watch",
            links=(
                *_overview(here, slug),
                NavLink(label="Agents", url=agents, icon="people", is_current=here == "agents"),
                *_incidents(here, slug),
            ),
        ),
        *_tuning(here, slug),
        NavGroup(
            label="Connect",
            links=(
                NavLink(
                    label="API docs",
                    url=reverse("docs:docs"),
                    icon="book",
                    is_lesser=slug is not None,
                ),
                *_webhooks(here, slug, role),
            ),
        ),
    )


def _webhooks(here: str, slug: dict[str, str] | None, role: Role | None) -> tuple[NavLink, ...]:
    """Return the way to where one fleet's events are sent, for who may see it."""
    if slug is None or not permitted(role, Action.WEBHOOKS_VIEW):
        return ()
    url = reverse("fleet-webhooks", kwargs=slug)
    is_here = here == "webhooks"
    return (NavLink(label="Webhooks", url=url, icon="out", is_current=is_here, is_lesser=True),)


def _tuning(here: str, slug: dict[str, str] | None) -> tuple[NavGroup, ...]:
    """Return what one fleet is tuned by; several fleets are tuned one at a time."""
    if slug is None:
        return ()
    tools = NavLink(
        label="Tools",
        url=reverse("fleet-tools", kwargs=slug),
        icon="shield",
        is_current=here == "tools",
        is_lesser=True,
    )
    escalation = NavLink(
        label="Escalation",
        url=reverse("fleet-escalation", kwargs=slug),
        icon="up",
        is_current=here == "escalation",
        is_lesser=True,
    )
    policies = NavLink(
        label="Policy",
        url=reverse("fleet-policies", kwargs=slug),
        icon="half",
        is_current=here == "policies",
        is_lesser=True,
    )
    return (NavGroup(label="Tune", links=(policies, tools, escalation)),)
