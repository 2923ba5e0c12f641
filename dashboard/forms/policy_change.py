"""What a form of the policy editor sends: values as typed, and what stood there before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dashboard.display.policy_values import typed_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.http import HttpRequest

    from governance.domain.policy.plain import PolicyField

MINE, THEIRS = "mine", "theirs"
_DIGITS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldTyped:
    """One field as it was sent.

    ``seen`` is what stood in the control before, ``follows`` whether the fleet shall have what all
    fleets have. ``chosen`` is ``mine`` or ``theirs`` where somebody else's change stood beside it,
    empty where neither was chosen, None where no other stood there; ``theirs`` is that other value.
    """

    path: str
    text: str
    seen: str
    follows: bool
    chosen: str | None
    theirs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTyped:
    """The fields of a form by path, and the JSON values of those that differ from what was read.

    ``following`` are the paths that shall follow all fleets from now on.
    """

    fields: Mapping[str, FieldTyped]
    values: Mapping[str, object]
    seen: Mapping[str, object]
    following: frozenset[str]

    @property
    def undecided(self) -> tuple[str, ...]:
        """Return the fields at which somebody else's change stood and neither was chosen."""
        return tuple(path for path, each in self.fields.items() if each.chosen == "")


def change_read(request: HttpRequest, fields: Mapping[str, PolicyField]) -> ChangeTyped:
    """Return what a form changes; text that is no number stays text, for the policy to refuse.

    Args:
        request: the form as it was sent; fields it does not name stay as they are.
        fields: every field of the policy, by path.
    """
    typed = {each.path: each for each in _typed(request, fields)}
    values: dict[str, object] = {}
    seen: dict[str, object] = {}
    following: set[str] = set()
    for path, each in typed.items():
        text = each.theirs if each.chosen == THEIRS else each.text
        value, before = typed_value(fields[path], text), typed_value(fields[path], each.seen)
        is_new = value != before or type(value) is not type(before)
        if each.follows and each.chosen != THEIRS:
            following.add(path)
        elif is_new or each.chosen == MINE:
            values[path] = value
        else:
            continue
        seen[path] = before
    return ChangeTyped(fields=typed, values=values, seen=seen, following=frozenset(following))


def moment_read(text: str) -> datetime | None:
    """Return the moment that an address names with its zone; None for anything else."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


def number_read(text: str) -> int | None:
    """Return the number of a version that an address or a form names; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else None


def _typed(request: HttpRequest, fields: Mapping[str, PolicyField]) -> Iterator[FieldTyped]:
    for path in fields:
        text = request.POST.get(f"value.{path}")
        if text is None:
            continue
        yield FieldTyped(
            path=path,
            text=text,
            seen=request.POST.get(f"seen.{path}", ""),
            follows=request.POST.get(f"follow.{path}") == "1",
            chosen=request.POST.get(f"clash.{path}"),
            theirs=request.POST.get(f"theirs.{path}", ""),
        )
