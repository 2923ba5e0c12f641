"""How a policy field is declared: default, unit, range and the evidence behind it.

A policy is a tree of frozen dataclasses. Each field carries a `Setting`, so that validation, the
settings page and the documentation read one source.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, Field, dataclass, field, fields
from enum import StrEnum
from typing import Any

from governance.domain.policy.numbers import number_words, value_words

_KEY = "setting"


class Provenance(StrEnum):
    """What stands behind a default (docs/evidence.md)."""

    MEASURED = "measured"
    INHERITED = "inherited"
    STANDARD = "standard"
    CHOICE = "choice"


class Guard(StrEnum):
    """Which way a field loosens protection: a change that way needs a second admin.

    Of words, mildest first, the milder ones are lower.
    """

    NONE = "none"
    RAISING = "raising"
    LOWERING = "lowering"
    ANY = "any"

    def holds(self, before: Any, after: Any) -> bool:
        """Return whether changing a field from ``before`` to ``after`` needs a second admin."""
        if self is Guard.NONE or before == after:
            return False
        if self is Guard.ANY:
            return True
        raised: bool = _place(after) > _place(before)
        return raised is (self is Guard.RAISING)


def _place(value: Any) -> Any:
    return list(type(value)).index(value) if isinstance(value, StrEnum) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a person must know before changing a field.

    ``low`` and ``high`` are inclusive; None means no limit on that side, or a field that is not
    a number. ``reference`` names the section or publication behind the default. ``before`` is what
    a version stored before the field existed means, where the default would change what it said;
    None where it would not.
    """

    unit: str
    low: float | None
    high: float | None
    provenance: Provenance
    meaning: str
    reference: str
    before: Any = None
    guard: Guard = Guard.NONE

    def problem(self, value: object) -> str | None:
        """Return why a number is not allowed here, or None; what is not a number passes.

        A bool is not a number here: only a field without limits takes one.
        """
        if self.low is None and self.high is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            return f"must be a number {self.allowed}, got {value_words(value)}"
        above = self.low is None or value >= self.low
        below = self.high is None or value <= self.high
        # NaN compares false with everything, so it fails here as it should.
        return None if above and below else f"must be {self.allowed}, got {value_words(value)}"

    @property
    def allowed(self) -> str:
        """Return the allowed range as a phrase: ``from 1 to 50 outcomes``."""
        unit = f" {self.unit}" if self.unit else ""
        low = "" if self.low is None else number_words(self.low)
        high = "" if self.high is None else number_words(self.high)
        if low and high:
            return f"from {low} to {high}{unit}"
        if low:
            return f"at least {low}{unit}"
        return f"at most {high}{unit}" if high else f"any{unit}"


def setting(
    default: Any = MISSING,
    *,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    provenance: Provenance,
    meaning: str,
    reference: str = "",
    before: Any = None,
    guard: Guard = Guard.NONE,
    default_factory: Any = MISSING,
) -> Any:
    """Declare a dataclass field with its default and its `Setting`.

    Pass ``default_factory`` instead of ``default`` for a mapping. Typed Any like
    `dataclasses.field`, so that the annotation of the field rules.
    """
    described = Setting(
        unit=unit,
        low=low,
        high=high,
        provenance=provenance,
        meaning=meaning,
        reference=reference,
        before=before,
        guard=guard,
    )
    if default_factory is not MISSING:
        return field(default_factory=default_factory, metadata={_KEY: described})
    return field(default=default, metadata={_KEY: described})


def setting_of(declared: Field[Any]) -> Setting | None:
    """Return the `Setting` of a dataclass field, or None for a plain field."""
    found = declared.metadata.get(_KEY)
    return found if isinstance(found, Setting) else None


def settings_of(policy: Any) -> Iterator[tuple[str, Setting, Any]]:
    """Yield name, `Setting` and value of each declared field of one policy dataclass."""
    for declared in fields(policy):
        described = setting_of(declared)
        if described is not None:
            yield declared.name, described, getattr(policy, declared.name)
