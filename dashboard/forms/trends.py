"""What a page of trends draws besides trust, as its address carries it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.forms.moments import Misread
from dashboard.forms.roster import text_read

if TYPE_CHECKING:
    from django.http import QueryDict

COMPONENTS = ("success", "budget", "consistency")
# What a form sends where every box of its kind is empty, which is not the same as no form.
NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendForm:
    """What a person asked to see.

    ``components`` of trust to draw, ``other`` the id of an agent to compare with. ``marks`` are
    kinds of marks as the address names them, None where it names none, which means the usual.
    """

    components: tuple[str, ...] = ()
    other: str = ""
    marks: tuple[str, ...] | None = None
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
    parts = _listed(fields, "parts") or ()
    unknown = [part for part in parts if part not in COMPONENTS]
    allowed = ", ".join(COMPONENTS)
    return TrendForm(
        components=tuple(part for part in COMPONENTS if part in parts),
        other=text_read(fields.get("with", "")),
        marks=_listed(fields, "marks"),
        misread=tuple(Misread(field="parts", value=part, allowed=allowed) for part in unknown),
    )


def _listed(fields: QueryDict, name: str) -> tuple[str, ...] | None:
    """Return the values of a list, without repetition; None where the address has none."""
    if name not in fields:
        return None
    values = ",".join(fields.getlist(name)).split(",")
    return tuple(
        dict.fromkeys(value.strip() for value in values if value.strip() not in {"", NONE})
    )
