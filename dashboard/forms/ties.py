"""Filters of the graph of a fleet, as its address carries them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from dashboard.display.tie_looks import SHOWN
from dashboard.forms.moments import Misread
from dashboard.forms.roster import text_read

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST_NUMBER = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class TieForm:
    """What a person asked to see.

    `shown` is one of `SHOWN`, `least` the fewest interactions of a pair, `agent` a part of the name
    or id of one of the two.
    """

    shown: str = ""
    least: int = 1
    agent: str = ""

    def address(self, path: str) -> str:
        """Return `path` with this form as its query string."""
        fields = {
            "agent": self.agent,
            "show": self.shown,
            "least": "" if self.least == 1 else str(self.least),
        }
        said = {name: value for name, value in fields.items() if value}
        return f"{path}?{urlencode(said)}" if said else path


def ties_read(fields: Mapping[str, str]) -> TieForm:
    """Return the form an address carries; what it does not understand narrows nothing."""
    shown, least = fields.get("show", ""), fields.get("least", "")
    is_number = least.isascii() and least.isdecimal() and len(least) <= _LONGEST_NUMBER
    return TieForm(
        shown=shown if shown in SHOWN else "",
        least=max(1, int(least)) if is_number else 1,
        agent=text_read(fields.get("agent", "")),
    )


def ties_misread(fields: Mapping[str, str]) -> list[Misread]:
    """Return what of an address narrows nothing because nobody understands it."""
    form = ties_read(fields)
    found = []
    if fields.get("show", "") != form.shown:
        allowed = ", ".join(each for each in SHOWN if each)
        found.append(Misread(field="show", value=fields["show"], allowed=allowed))
    if fields.get("least") and fields["least"].lstrip("0") != str(form.least):
        allowed = f"a whole number from 1, of at most {_LONGEST_NUMBER} digits"
        found.append(Misread(field="least", value=fields["least"], allowed=allowed))
    return found
