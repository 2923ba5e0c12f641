"""Filters and place of the log of decisions, as its address carries them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from dashboard.display.positions import position_read, position_text
from dashboard.forms.moments import Misread, time_read, time_text
from dashboard.forms.roster import text_read
from escalations.domain.lifecycle import TicketKind
from escalations.selectors.ended import ENDINGS, EndedQuery
from governance.domain.types import BlastLevel, TaskType, Tier

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from uuid import UUID

    Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedForm:
    """What a person asked to see; `misread` is what nobody understands, so it narrows nothing."""

    query: EndedQuery
    before: tuple[datetime, UUID] | None = None
    misread: tuple[Misread, ...] = ()

    @property
    def since_text(self) -> str:
        """Return the beginning as a field for times shows it."""
        return time_text(self.query.since)

    @property
    def until_text(self) -> str:
        """Return the end as a field for times shows it."""
        return time_text(self.query.until)

    def address(self, path: str, *, before: str = "", **changes: Any) -> str:
        """Return ``path`` with this form, some fields of it changed, as its query string."""
        query = replace(self.query, **changes)
        fields = {
            "outcome": query.ending,
            "kind": query.kind.value if query.kind else "",
            "level": query.level.value if query.level else "",
            "type": query.task_type.value if query.task_type else "",
            "tier": query.tier.value if query.tier else "",
            "person": query.person,
            "agent": query.agent,
            "from": time_text(query.since),
            "to": time_text(query.until),
            "q": query.search,
            "before": before,
        }
        said = {name: value for name, value in fields.items() if value}
        return f"{path}?{urlencode(said)}" if said else path

    def older(self, path: str, at: datetime, ticket_id: UUID) -> str:
        """Return where the page after the ticket that ended then is."""
        return self.address(path, before=position_text(at, ticket_id))


def decided_read(fields: Mapping[str, str]) -> DecidedForm:
    """Return the form an address carries, with whatever of it was not understood."""
    misread: list[Misread] = []
    since = time_read(fields, "from", misread)
    until = time_read(fields, "to", misread, is_end=True)
    if since and until and since >= until:
        misread.append(Misread(field="to", value=fields["to"], allowed="a time after that of from"))
        until = None
    place = fields.get("before", "")
    before = position_read(place)
    if place and before is None:
        misread.append(
            Misread(field="before", value=place, allowed="the place an Older link names")
        )
    ending = fields.get("outcome", "")
    return DecidedForm(
        query=EndedQuery(
            ending=ending if _known("outcome", ending, ENDINGS, misread) else "",
            kind=_one_of(TicketKind, fields, "kind", misread),
            level=_one_of(BlastLevel, fields, "level", misread),
            task_type=_one_of(TaskType, fields, "type", misread),
            tier=_one_of(Tier, fields, "tier", misread),
            person=text_read(fields.get("person", "")),
            agent=text_read(fields.get("agent", "")),
            since=since,
            until=until,
            search=text_read(fields.get("q", "")),
        ),
        before=before,
        misread=tuple(misread),
    )


def _one_of(
    kind: type[Choice], fields: Mapping[str, str], name: str, misread: list[Misread]
) -> Choice | None:
    value = fields.get(name, "")
    return kind(value) if value and _known(name, value, list(kind), misread) else None


def _known(name: str, value: str, allowed: Collection[str], misread: list[Misread]) -> bool:
    if not value or value in allowed:
        return True
    misread.append(Misread(field=name, value=value, allowed=", ".join(allowed)))
    return False
