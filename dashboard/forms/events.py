"""Filters and place of the event log, as its address carries them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from dashboard.display.mark_kinds import MarkKind
from dashboard.display.zones import shown_now
from dashboard.forms.event_objects import object_read
from dashboard.forms.moments import Misread, time_read, time_text
from dashboard.forms.roster import text_read
from governance.events import REGISTRY
from governance.selectors.event_log import EventPlace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.forms.event_objects import ObjectAsked

_AT = "%Y%m%dT%H%M%S.%fZ"
_WHOLE = ".*"
_OUT = "out"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsForm:
    """What a person asked to see; `misread` is what nobody understood, which narrows nothing.

    ``name`` is the name of an event or an area with `.*`; ``agent`` the external id of an agent;
    ``actor`` who acted, as it was typed; ``is_terse`` leaves bookkeeping out;
    ``back`` where the person came from, ``tz`` the zone of its times, as the address says them.
    """

    kind: MarkKind | None = None
    name: str = ""
    agent: str = ""
    actor: str = ""
    about: ObjectAsked | None = None
    is_terse: bool = False
    since: datetime | None = None
    until: datetime | None = None
    before: EventPlace | None = None
    back: str = ""
    tz: str = ""
    misread: tuple[Misread, ...] = ()

    @property
    def is_filtered(self) -> bool:
        """Return whether anything is left out."""
        return self.is_narrowed or bool(self.since or self.until)

    @property
    def is_narrowed(self) -> bool:
        """Return whether anything but a period is asked for."""
        named = self.kind or self.name or self.agent or self.actor or self.about
        return bool(named or self.is_terse)

    @property
    def since_text(self) -> str:
        """Return the beginning as a field for times shows it."""
        return time_text(self.since)

    @property
    def until_text(self) -> str:
        """Return the end as a field for times shows it."""
        return time_text(self.until)

    def address(self, path: str, **changes: Any) -> str:
        """Return ``path`` with this form, some fields changed, as its query: the first page."""
        form = replace(self, **{"before": None, **changes})
        fields = {
            "kind": form.kind.value if form.kind else "",
            "name": form.name,
            "agent": form.agent,
            "actor": form.actor,
            "object": form.about.kind.value if form.about else "",
            "which": form.about.which if form.about else "",
            "bookkeeping": _OUT if form.is_terse else "",
            "from": time_text(form.since),
            "to": time_text(form.until),
            "before": _place_text(form.before) if form.before else "",
            "back": form.back,
            "tz": form.tz,
        }
        said = {name: value for name, value in fields.items() if value}
        return f"{path}?{urlencode(said)}" if said else path


def events_read(fields: Mapping[str, str]) -> EventsForm:
    """Return the form an address carries, with whatever of it was not understood."""
    misread: list[Misread] = []
    since = time_read(fields, "from", misread)
    until = time_read(fields, "to", misread, is_end=True)
    if since and until and since >= until:
        misread.append(Misread(field="to", value=fields["to"], allowed="a time after that of from"))
        until = None
    return EventsForm(
        kind=_kind(fields.get("kind", ""), misread),
        name=_name(fields.get("name", ""), misread),
        agent=text_read(fields.get("agent", "")),
        actor=text_read(fields.get("actor", "")),
        about=object_read(fields, misread),
        is_terse=_terse(fields.get("bookkeeping", ""), misread),
        since=since,
        until=until,
        before=_place(fields.get("before", ""), misread),
        back=fields.get("back", ""),
        tz=shown_now().asked,
        misread=tuple(misread),
    )


def names_wanted(name: str) -> frozenset[str]:
    """Return the events that a form's ``name`` stands for; all of them where it is empty."""
    if not name.endswith(_WHOLE):
        return frozenset([name] if name else REGISTRY)
    area = name.removesuffix("*")
    return frozenset(each for each in REGISTRY if each.startswith(area))


def _kind(value: str, misread: list[Misread]) -> MarkKind | None:
    if not value or value in list(MarkKind):
        return MarkKind(value) if value else None
    misread.append(Misread(field="kind", value=value, allowed=", ".join(MarkKind)))
    return None


def _terse(value: str, misread: list[Misread]) -> bool:
    if value not in {"", _OUT}:
        misread.append(Misread(field="bookkeeping", value=value, allowed=f"{_OUT}, or nothing"))
    return value == _OUT


def _name(value: str, misread: list[Misread]) -> str:
    if value and (value.count(".") != 1 or not names_wanted(value) & REGISTRY.keys()):
        allowed = "the name of an event, such as breaker.tripped, or task.* for all of an area"
        misread.append(Misread(field="name", value=value, allowed=allowed))
        return ""
    return value


def _place(text: str, misread: list[Misread]) -> EventPlace | None:
    at, _, seq = text.partition("_")
    try:
        if text:
            return EventPlace(datetime.strptime(at, _AT).replace(tzinfo=UTC), int(seq))
    except ValueError:
        allowed = "the place an Older link names"
        misread.append(Misread(field="before", value=text, allowed=allowed))
    return None


def _place_text(place: EventPlace) -> str:
    return f"{place.at.astimezone(UTC).strftime(_AT)}_{place.seq}"
