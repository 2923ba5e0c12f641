"""What is wrong with a policy: values out of range, and tables that loosen where they must not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from itertools import pairwise
from operator import attrgetter
from typing import Any

from governance.domain.policy.fields import setting_of
from governance.domain.policy.numbers import value_words
from governance.domain.policy.orders import ORDERS
from governance.domain.policy.retention import retention_conflicts
from governance.domain.policy.tree import Policy
from governance.domain.types import BlastLevel, Preset, TaskType, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One field that cannot stay as it is: its path, its value and what is allowed."""

    path: str
    value: object
    allowed: str

    def __str__(self) -> str:
        return f"{self.path} must be {self.allowed}, got {value_words(self.value)}"


class PolicyError(ValueError):
    """A policy that cannot be used, with every problem it has."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """List the problems, one per line."""
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def policy_problems(policy: Policy) -> tuple[Problem, ...]:
    """Return every problem: ranges first, then tables that are not monotone, then bounds.

    What is outside its own range bounds nothing. Monotone means: never looser when trust falls,
    the task type is riskier, the preset is stricter or the level is higher.
    """
    outside = tuple(_range_problems(policy, ""))
    misplaced = frozenset(problem.path for problem in outside)
    return (
        *outside,
        *_matrix_problems(policy),
        *_approval_problems(policy),
        *_order_problems(policy, misplaced),
        *_retention_problems(policy, misplaced),
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
            allowed = f"{milder.value} or stricter, because of {milder_path}"
            yield Problem(path=path, value=value.value, allowed=allowed)


def _order_problems(policy: Policy, outside: frozenset[str]) -> Iterator[Problem]:
    for order in ORDERS:
        judged = outside.isdisjoint((order.path, order.by, order.less))
        if judged and not order.holds(policy):
            yield Problem(
                path=order.path,
                value=attrgetter(order.path)(policy),
                allowed=order.allowed(policy, _unit(policy, order.path)),
            )


def _unit(policy: Policy, path: str) -> str:
    branch, _, name = path.rpartition(".")
    holder = attrgetter(branch)(policy)
    (declared,) = (each for each in fields(holder) if each.name == name)
    described = setting_of(declared)
    return described.unit if described is not None else ""


def _retention_problems(policy: Policy, outside: frozenset[str]) -> Iterator[Problem]:
    for short in retention_conflicts(policy):
        path = f"retention.{short.name}"
        if outside.isdisjoint((path, short.because)):
            yield Problem(path=path, value=short.days, allowed=short.allowed)
