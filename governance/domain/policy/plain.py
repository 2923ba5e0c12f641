"""The policy as JSON values, and as the list of fields that people tune."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, fields, is_dataclass, replace
from enum import StrEnum
from typing import Any

from governance.domain.policy.fields import Guard, Provenance, setting_of
from governance.domain.policy.problems import PolicyError, Problem, policy_problems
from governance.domain.policy.tree import Policy, policy_default

_MISSING = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyField:
    """One setting with everything the settings page and the documentation say about it.

    ``choices`` lists the allowed words of a field that is not a number, mildest first.
    """

    path: str
    value: Any
    default: Any
    unit: str
    low: float | None
    high: float | None
    choices: tuple[str, ...]
    provenance: Provenance
    meaning: str
    reference: str
    guard: Guard


def policy_to_plain(policy: Policy) -> dict[str, Any]:
    """Return the policy as nested dictionaries of JSON values."""
    plain: dict[str, Any] = _plain(policy)
    return plain


def policy_from_plain(plain: object) -> Policy:
    """Return the policy that ``plain`` describes; what it leaves out is as `policy_from_stored`.

    Raises:
        PolicyError: with every unknown field, wrong type, value out of range or table that is
            not monotone. Ranges are judged only once every value has its type.
    """
    policy = policy_from_stored(plain)
    problems = policy_problems(policy)
    if problems:
        raise PolicyError(problems)
    return policy


def policy_from_stored(plain: object) -> Policy:
    """Return the policy of a stored version, whose values were judged when it was published.

    A version stored before a field existed still loads, and means what it meant: where the default
    would change that, the field says what stands instead (`Setting.before`). It loads too where a
    range or a rule came later that it would not keep: the gate answers by what is in force.

    Raises:
        PolicyError: with every unknown field and wrong type.
    """
    problems: list[Problem] = []
    policy: Policy = _branch(policy_default(), plain, "", problems)
    if problems:
        raise PolicyError(problems)
    return policy


def policy_fields(policy: Policy | None = None) -> tuple[PolicyField, ...]:
    """Return every setting in the order of the tree, with its value in ``policy``."""
    default = policy_default()
    return tuple(_walk(policy or default, default, ""))


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    return value.value if isinstance(value, StrEnum) else value


def _walk(branch: Any, default: Any, prefix: str) -> Iterator[PolicyField]:
    for declared in fields(branch):
        value, usual = getattr(branch, declared.name), getattr(default, declared.name)
        path = prefix + declared.name
        described = setting_of(declared)
        if described is None:
            yield from _walk(value, usual, f"{path}.")
            continue
        words = type(value) if isinstance(value, StrEnum) else ()
        yield PolicyField(
            path=path,
            value=value,
            default=usual,
            unit=described.unit,
            low=described.low,
            high=described.high,
            choices=tuple(word.value for word in words),
            provenance=described.provenance,
            meaning=described.meaning,
            reference=described.reference,
            guard=described.guard,
        )


def _branch(default: Any, plain: object, path: str, problems: list[Problem]) -> Any:
    if not isinstance(plain, Mapping):
        problems.append(Problem(path=path or "policy", value=plain, allowed="an object"))
        return default
    prefix = f"{path}." if path else ""
    known = [declared.name for declared in fields(default)]
    problems.extend(
        Problem(path=f"{prefix}{name}", value=value, allowed="left out: no such field")
        for name, value in plain.items()
        if name not in known
    )
    changed = {
        declared.name: _value(
            getattr(default, declared.name), plain[declared.name], prefix + declared.name, problems
        )
        if declared.name in plain
        else _left_out(declared, getattr(default, declared.name))
        for declared in fields(default)
    }
    return replace(default, **changed)


def _left_out(declared: Field[Any], default: Any) -> Any:
    """Return what a field means that a stored version leaves out, its branches included."""
    if is_dataclass(default):
        return _branch(default, {}, "", [])
    described = setting_of(declared)
    return default if described is None or described.before is None else described.before


def _value(default: Any, plain: object, path: str, problems: list[Problem]) -> Any:
    if is_dataclass(default):
        return _branch(default, plain, path, problems)
    value = _leaf(default, plain)
    if value is _MISSING:
        problems.append(Problem(path=path, value=plain, allowed=_expected(default)))
        return default
    return value


def _leaf(default: Any, plain: object) -> Any:
    if isinstance(default, StrEnum):
        kind = type(default)
        return kind(plain) if plain in [word.value for word in kind] else _MISSING
    # A bool is an int to Python, but "true" is never meant as 1.
    if isinstance(plain, bool) or isinstance(default, bool):
        return plain if isinstance(plain, bool) and isinstance(default, bool) else _MISSING
    if isinstance(default, float) and isinstance(plain, int):
        return _as_float(plain)
    return plain if isinstance(plain, type(default)) else _MISSING


def _as_float(plain: int) -> Any:
    try:
        return float(plain)
    except OverflowError:
        return math.inf if plain > 0 else -math.inf


def _expected(default: Any) -> str:
    if isinstance(default, StrEnum):
        return "one of " + ", ".join(word.value for word in type(default))
    words = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}
    return words[type(default)]
