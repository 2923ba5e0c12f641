from __future__ import annotations

from dataclasses import replace

from governance.domain.policy import policy_default
from governance.domain.policy.changes import policy_changes
from governance.domain.types import Preset


def test_what_differs_is_named_with_both_values() -> None:
    before = policy_default()
    after = replace(
        before,
        breaker=replace(before.breaker, freeze_first_min=2.0),
        matrix=replace(before.matrix, stateless_high=Preset.BALANCED),
    )

    found = {change.path: (change.before, change.after) for change in policy_changes(before, after)}

    assert found == {
        "matrix.stateless_high": (Preset.AGGRESSIVE, Preset.BALANCED),
        "breaker.freeze_first_min": (15.0, 2.0),
    }


def test_a_policy_differs_from_itself_in_nothing() -> None:
    assert policy_changes(policy_default(), policy_default()) == ()
