"""What is wrong with a policy: values out of range, and tables that loosen where they must not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from itertools import pairwise
from operator import attrgetter
from typing import Any

from governance.domain.policy.fields import setting_of
from governance.domain.policy.tree import Policy
from governance.domain.types import BlastLevel, Preset, TaskType, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One field that cannot stay as it is: its path, its value and what is allowed."""

    path: str
    value: object
    allowed: str

    def __str__(self) -> str:
        return f"{self.path} must be {self.allowed}, got {self.value}"


class PolicyError(ValueError):
    """A policy that cannot be used, with every problem it has."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """List the problems, one per line."""
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def policy_problems(policy: Policy) -> tuple[Problem, ...]:
    """Return every problem: ranges first, then tables that are not monotone.

    Monotone means: never looser when trust falls, the task type is riskier, the preset is
    stricter or the level is higher.
    """
    return (
        *_range_problems(policy, ""),
        *_matrix_problems(policy),
        *_preset_problems(policy),
        *_approval_problems(policy),
        *_order_problems(policy),
        *_conflicts(policy),
    )


def _range_problems(branch: Any, prefix: str) -> Iterator[Problem]:
    for declared in fields(branch):
        value = getattr(branch, declared.name)
        path = prefix + declared.name
        if is_dataclass(value):
            yield from _range_problems(value, f"{path}.")
            continue
        described = setting_of(declared)
        if described is not None and described.problem(value) is not None:
            yield Problem(path=path, value=value, allowed=described.allowed)


def _matrix_problems(policy: Policy) -> Iterator[Problem]:
    def cell(task_type: TaskType, tier: Tier) -> tuple[str, Any]:
        path = f"matrix.{task_type.value}_{tier.value}"
        return path, policy.matrix.cell(task_type, tier)

    for task_type in TaskType:
        yield from _falling([cell(task_type, tier) for tier in Tier])
    for tier in Tier:
        yield from _falling([cell(task_type, tier) for task_type in TaskType])


def _approval_problems(policy: Policy) -> Iterator[Problem]:
    def answer(preset: Preset, level: BlastLevel) -> tuple[str, Any]:
        path = f"approvals.{preset.value}.{level.value.lower()}"
        return path, policy.approvals.required(preset, level)

    for preset in Preset:
        yield from _falling([answer(preset, level) for level in BlastLevel])
    for level in BlastLevel:
        yield from _falling([answer(preset, level) for preset in Preset])


def _falling(row: Sequence[tuple[str, Any]]) -> Iterator[Problem]:
    for (milder_path, milder), (path, value) in pairwise(row):
        if value.rank < milder.rank:
            allowed = f"{milder.value} or stricter, as {milder_path} is"
            yield Problem(path=path, value=value.value, allowed=allowed)


def _preset_problems(policy: Policy) -> Iterator[Problem]:
    for name, sign in (
        ("budget_factor", -1),
        ("parallel_max", -1),
        ("audit_probability", 1),
        ("tax_share", 1),
    ):
        for looser, stricter in pairwise(Preset):
            bound = getattr(policy.presets.limits(looser), name)
            value = getattr(policy.presets.limits(stricter), name)
            if sign * value < sign * bound:
                most = "at most" if sign < 0 else "at least"
                allowed = f"{most} {bound:g}, as presets.{looser.value}.{name} is"
                path = f"presets.{stricter.value}.{name}"
                yield Problem(path=path, value=value, allowed=allowed)


def _order_problems(policy: Policy) -> Iterator[Problem]:
    blast, tickets = policy.blast, policy.tickets
    for path, value, lower_path, lower in (
        ("blast.high_from", blast.high_from, "blast.medium_from", blast.medium_from + 1),
        ("blast.critical_from", blast.critical_from, "blast.high_from", blast.high_from + 1),
        (
            "blast.money_medium_share",
            blast.money_medium_share,
            "blast.money_low_share",
            blast.money_low_share,
        ),
        (
            "tickets.lease_longest_min",
            tickets.lease_longest_min,
            "tickets.lease_min",
            tickets.lease_min,
        ),
    ):
        if value < lower:
            allowed = f"at least {lower:g}, because of {lower_path}"
            yield Problem(path=path, value=value, allowed=allowed)


def _conflicts(policy: Policy) -> Iterator[Problem]:
    for name in ("trust", "breaker", "drift", "cascade"):
        branch = getattr(policy, name)
        for field_name, sentence in branch.conflicts():
            yield Problem(
                path=f"{name}.{field_name}",
                value=attrgetter(field_name)(branch),
                allowed=sentence.removeprefix("must be "),
            )
