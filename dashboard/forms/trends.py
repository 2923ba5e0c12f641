"""What a page of trends draws besides trust, as its address carries it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.display.mark_kinds import MarkKind
from dashboard.forms.moments import Misread
from dashboard.forms.roster import text_read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.http import QueryDict

COMPONENTS = ("success", "budget", "consistency")
# What a form sends where every box of its kind is empty, which is not the same as no form.
NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendForm:
    """What a person asked to see.

    ``components`` of trust to draw, ``other`` the id of an agent to compare with. ``marks`` are
    the kinds of marks to draw, None where the address names none, which means the usual.
    """

    components: tuple[str, ...] = ()
    other: str = ""
    marks: tuple[MarkKind, ...] | None = None
    misread: tuple[Misread, ...] = ()

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """Return it as fields of an address."""
        said = {
            "parts": ",".join(self.components),
            "with": self.other,
            "marks": "" if self.marks is None else ",".join(self.marks) or NONE,
        }
        return tuple((name, value) for name, value in said.items() if value)


def trends_read(fields: QueryDict) -> TrendForm:
    """Return the form an address carries: lists are joined by commas or sent one by one."""
    parts, marks = _listed(fields, "parts") or (), _listed(fields, "marks")
    return TrendForm(
        components=tuple(part for part in COMPONENTS if part in parts),
        other=text_read(fields.get("with", "")),
        marks=None if marks is None else tuple(kind for kind in MarkKind if kind in marks),
        misread=(
            *_unknown("parts", parts, COMPONENTS),
            *_unknown("marks", marks or (), (*MarkKind, NONE)),
        ),
    )


def _unknown(name: str, values: Iterable[str], known: Sequence[str]) -> Iterator[Misread]:
    for value in values:
        if value not in known:
            yield Misread(field=name, value=value, allowed=", ".join(known))


def _listed(fields: QueryDict, name: str) -> tuple[str, ...] | None:
    """Return the values of a list, without repetition; None where the address has none."""
    if name not in fields:
        return None
    values = ",".join(fields.getlist(name)).split(",")
    return tuple(
        dict.fromkeys(value.strip() for value in values if value.strip() not in {"", NONE})
    )
