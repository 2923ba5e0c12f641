"""Where a person can go from every page: groups of entries, as one table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from django.urls import reverse

from dashboard.cards.shell import NavGroup, NavLink
from governance.domain.permissions import Action, permitted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from governance.domain.types import Role


class Entry(NamedTuple):
    """A page of one fleet; ``here`` is what it calls itself, ``name`` its address."""

    here: str
    label: str
    name: str
    icon: str
    is_lesser: bool = True
    action: Action = Action.FLEET_VIEW


_RULES = Entry("rules", "Rules", "fleet-rules", "ticks")
# What the fleet does as a whole, from the sum to the single agent.
_FIGURES = (
    Entry("trends", "Trust", "fleet-trends", "trend"),
    Entry("matrix", "Matrix", "fleet-matrix", "grid"),
    Entry("service", "Service levels", "fleet-service", "clock"),
    Entry("report", "Week", "fleet-report", "week"),
)
# What detectors found, and the lists of it.
_FOUND = (
    Entry("detectors", "Detectors", "fleet-detectors", "eye"),
    Entry("shadow", "Shadow", "fleet-shadow", "half"),
    Entry("collusion", "Collusion", "fleet-collusion", "swap"),
    Entry("cascades", "Cascades", "fleet-cascades", "tree"),
    Entry("incidents", "Incidents", "fleet-incidents", "warn"),
    Entry("audits", "Audits", "fleet-audits", "ask"),
    Entry("events", "Events", "fleet-events", "lines"),
)
_TUNE = (
    Entry("policy", "Policy", "fleet-policy", "slide"),
    Entry("policies", "Versions", "fleet-policies", "undo"),
    Entry("evidence", "Evidence", "fleet-evidence", "lens"),
    Entry("backtests", "Backtest", "fleet-backtests", "rewind", action=Action.POLICY_VIEW),
    Entry("retention", "Retention", "fleet-retention", "sand"),
    Entry("tools", "Tools", "fleet-tools", "shield"),
    Entry("escalation", "Escalation", "fleet-escalation", "up"),
)
# Who may do what, and whether the record of it holds.
_SECURE = (
    Entry("people", "People", "fleet-people", "people"),
    Entry("keys", "Keys", "fleet-keys", "lock", action=Action.KEYS_MANAGE),
    Entry("integrity", "Integrity", "fleet-integrity", "chain"),
)
_CONNECT = Entry("connect", "Connect an agent", "fleet-connect", "plug")
_WEBHOOKS = Entry("webhooks", "Webhooks", "fleet-webhooks", "out", action=Action.WEBHOOKS_VIEW)
_OVERVIEW = Entry("overview", "Overview", "fleet-overview", "fleet", is_lesser=False)


def navigation(
    *,
    here: str,
    fleet: str,
    waiting: int | None,
    role: Role | None,
    proposals: int = 0,
    sees_health: bool = False,
) -> tuple[NavGroup, ...]:
    """Return the groups that a person finds on a page.

    Several fleets together have a queue, a log and their agents; all else is one fleet's.

    Args:
        here: what the page calls itself.
        fleet: the slug of its fleet, empty where several are joined.
        waiting: how many tickets the person can decide; None where nobody counted.
        role: theirs in that fleet.
        proposals: how many proposals of its policy wait for their agreement.
        sees_health: whether they are manager or admin of any fleet.
    """
    slug = {"fleet": fleet} if fleet else None

    def links(*entries: Entry) -> tuple[NavLink, ...]:
        return tuple(_links(entries, here=here, slug=slug, role=role))

    groups = (
        NavGroup(label="Decide", links=(*_deciding(here, slug, waiting), *links(_RULES))),
        NavGroup(
            label="Watch",
            links=(*links(_OVERVIEW), _agents(here, slug), *links(*_FIGURES)),
        ),
        NavGroup(label="Found", links=links(*_FOUND)),
        NavGroup(label="Tune", links=_counted(links(*_TUNE), slug, proposals)),
        NavGroup(label="Connect", links=(*links(_CONNECT), _docs(slug), *links(_WEBHOOKS))),
        NavGroup(label="Secure", links=(*links(*_SECURE), *_health(here, is_shown=sees_health))),
    )
    return tuple(group for group in groups if group.links)


def _links(
    entries: Iterable[Entry], *, here: str, slug: dict[str, str] | None, role: Role | None
) -> Iterable[NavLink]:
    for entry in entries:
        if slug is not None and permitted(role, entry.action):
            yield NavLink(
                label=entry.label,
                url=reverse(entry.name, kwargs=slug),
                icon=entry.icon,
                is_current=here == entry.here,
                is_lesser=entry.is_lesser,
            )


def _counted(
    links: tuple[NavLink, ...], slug: dict[str, str] | None, proposals: int
) -> tuple[NavLink, ...]:
    """Return the links, that of the policy with how many proposals of it wait."""
    if not proposals:
        return links
    policy = reverse("fleet-policy", kwargs=slug)
    return tuple(
        replace(link, count=proposals, is_hot=True) if link.url == policy else link
        for link in links
    )


def _deciding(
    here: str, slug: dict[str, str] | None, waiting: int | None
) -> tuple[NavLink, NavLink]:
    queue = reverse("fleet-queue" if slug else "queue", kwargs=slug)
    decided = reverse("fleet-decided" if slug else "decided", kwargs=slug)
    return (
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
    )


def _agents(here: str, slug: dict[str, str] | None) -> NavLink:
    url = reverse("fleet-agents" if slug else "agents", kwargs=slug)
    return NavLink(label="Agents", url=url, icon="bot", is_current=here == "agents")


def _docs(slug: dict[str, str] | None) -> NavLink:
    url = reverse("docs:docs")
    return NavLink(label="API docs", url=url, icon="book", is_lesser=slug is not None)


def _health(here: str, *, is_shown: bool) -> tuple[NavLink, ...]:
    """Return the page of the installation, which is the same beside every fleet."""
    if not is_shown:
        return ()
    url, is_current = reverse("health"), here == "health"
    return (NavLink(label="Health", url=url, icon="info", is_current=is_current, is_lesser=True),)
