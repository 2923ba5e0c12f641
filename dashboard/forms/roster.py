"""Filters, order and page of the list of agents, as its address carries them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from dashboard.forms.moments import Misread
from governance.domain.types import Tier
from governance.selectors.roster import AgentCondition, RosterOrder, RosterQuery

if TYPE_CHECKING:
    from collections.abc import Mapping

    Choice = TypeVar("Choice", bound=StrEnum)

LONGEST_SEARCH = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterForm:
    """What a person asked to see; `page` counts from 1."""

    query: RosterQuery
    page: int = 1

    def address(self, path: str, **changes: Any) -> str:
        """Return ``path`` with this form, some fields of it changed, as its query string.

        A change of anything but the page leads to the first page.
        """
        page = changes.pop("page", 1 if changes else self.page)
        query = replace(self.query, **changes) if changes else self.query
        order = query.order.value
        fields = {
            "state": query.condition.value if query.condition else "",
            "tier": query.tier.value if query.tier else "",
            "owner": query.owner,
            "q": query.search,
            "sort": f"-{order}" if query.descending else order,
            "page": "" if page == 1 else str(page),
        }
        if fields["sort"] == RosterOrder.STATE.value:
            fields["sort"] = ""
        said = {name: value for name, value in fields.items() if value}
        return f"{path}?{urlencode(said)}" if said else path


def roster_read(fields: Mapping[str, str]) -> RosterForm:
    """Return the form an address carries; what it does not understand narrows nothing."""
    sort = fields.get("sort", "")
    page = fields.get("page", "")
    is_page = page.isascii() and page.isdecimal() and len(page) < 7 and int(page) > 0
    return RosterForm(
        query=RosterQuery(
            condition=_one_of(AgentCondition, fields.get("state", "")),
            tier=_one_of(Tier, fields.get("tier", "")),
            owner=text_read(fields.get("owner", "")),
            search=text_read(fields.get("q", "")),
            order=_one_of(RosterOrder, sort.removeprefix("-")) or RosterOrder.STATE,
            descending=sort.startswith("-"),
        ),
        page=int(page) if is_page else 1,
    )


def roster_misread(fields: Mapping[str, str]) -> list[Misread]:
    """Return what of an address narrows or sorts nothing because nobody understands it."""
    taken: dict[str, list[str]] = {
        "state": [each.value for each in AgentCondition],
        "tier": [each.value for each in Tier],
        "sort": [sign + each.value for each in RosterOrder for sign in ("", "-")],
    }
    misread = [
        Misread(field=name, value=fields[name], allowed=", ".join(values))
        for name, values in taken.items()
        if fields.get(name) and fields[name] not in values
    ]
    allowed = f"at most {LONGEST_SEARCH} characters"
    return misread + [
        Misread(field=name, value=fields[name], allowed=allowed)
        for name in ("owner", "q")
        if len(fields.get(name, "").strip()) > LONGEST_SEARCH
    ]


def _one_of(kind: type[Choice], value: str) -> Choice | None:
    return kind(value) if value in kind.__members__.values() else None


def text_read(value: str) -> str:
    """Return what a person searches for, as the database takes it."""
    # PostgreSQL takes no U+0000.
    return value.replace("\x00", "").strip()[:LONGEST_SEARCH]
