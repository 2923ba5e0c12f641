"""A form of the policy editor that was not recorded: what was typed, and what stands against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.display.figures import plural
from dashboard.display.policy_values import (
    refused_text,
    titled,
    typed_text,
)
from dashboard.pages.names import names_of
from dashboard.pages.policy_clashes import clash_of
from dashboard.pages.policy_editor import EditorTyped
from dashboard.pages.policy_rows import Retyped, drafted_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from dashboard.forms.policy_change import ChangeTyped
    from dashboard.pages.policy_scope import PolicyScope
    from governance.domain.policy.problems import Problem
    from governance.selectors.policy_drafts import EffectiveField


def refused_form(
    scope: PolicyScope, typed: ChangeTyped, problems: Sequence[Problem]
) -> EditorTyped:
    """Return a form whose values contradict the policy or leave a range, each with its sentence.

    The list on top says each problem in the policy's own words, as its API and its command do.
    """
    fields = {each.path: each for each in scope.fields}
    at = problem_texts(fields, typed, problems)
    many = plural(len(problems), "field")
    return EditorTyped(
        problem=f"Not kept: {many} cannot stay so. Nothing you typed is lost.",
        problems=tuple((problem.path, str(problem)) for problem in problems),
        retyped={
            path: Retyped(text=each.text, follows=each.follows, problem=at.get(path, ""))
            for path, each in typed.fields.items()
        },
    )


def problem_texts(
    fields: Mapping[str, EffectiveField], typed: ChangeTyped, problems: Sequence[Problem]
) -> Mapping[str, str]:
    """Return what stands at each field that has a problem, in the units of the page."""
    return {
        problem.path: refused_text(
            fields[problem.path].field, problem, _text(fields, typed, problem)
        )
        for problem in problems
        if problem.path in fields
    }


def clashing_form(
    scope: PolicyScope, typed: ChangeTyped, *, paths: Collection[str] = (), said: str = ""
) -> EditorTyped:
    """Return a form some fields of which somebody else changed since it was read.

    Args:
        scope: the policy as it is now.
        typed: the form.
        paths: fields at which it was not decided yet whose change counts.
        said: what the refusal said, where no field shows it.
    """
    names = names_of(_changers(scope))
    clashes = {
        each.path: clash_of(scope, each, typed.fields[each.path], names)
        for each in scope.fields
        if each.path in paths or _is_changed(each, typed)
    }
    return EditorTyped(
        problem=f"Not kept: {_count(len(clashes))}. Choose at each field whose value counts."
        if clashes
        else f"Not kept. {said}",
        problems=tuple((path, clash.said) for path, clash in clashes.items()),
        retyped={
            path: Retyped(text=each.text, follows=each.follows, clash=clashes.get(path))
            for path, each in typed.fields.items()
        },
    )


def plain_form(typed: ChangeTyped, said: str) -> EditorTyped:
    """Return a form that was refused for no field of it."""
    return EditorTyped(
        problem=said,
        problems=(),
        retyped={
            path: Retyped(text=each.text, follows=each.follows)
            for path, each in typed.fields.items()
        },
    )


def in_titles(sentence: str) -> str:
    """Return a sentence of a service with each setting named by its title."""
    return titled(sentence, near="")


def _count(many: int) -> str:
    return (
        "another admin changed a field that you typed into"
        if many == 1
        else (f"other admins changed {many} fields that you typed into")
    )


def _text(fields: Mapping[str, EffectiveField], typed: ChangeTyped, problem: Problem) -> str:
    sent = typed.fields.get(problem.path)
    if sent is not None:
        return sent.text
    each = fields[problem.path]
    return typed_text(each.field, drafted_of(each))


def _is_changed(each: EffectiveField, typed: ChangeTyped) -> bool:
    path = each.path
    is_sent = path in typed.values or path in typed.following
    return is_sent and drafted_of(each) != typed.seen[path]


def _changers(scope: PolicyScope) -> set[str]:
    drafted = scope.draft.changes.values() if scope.draft else ()
    return {change["by"] for change in drafted} | {
        each.changed_by for each in scope.fields if each.changed_by
    }
