from __future__ import annotations

import pytest

from governance.domain.policy import PolicyError, policy_default, policy_fields
from governance.domain.policy.orders import ORDERS, Bound, Order
from governance.domain.policy.paths import policy_with
from tests.governance.bad_policies import BAD, BROKEN


@pytest.mark.parametrize("case", BAD)
def test_a_bad_policy_is_refused_with_its_sentences(case: str) -> None:
    values, sentence = BAD[case]

    with pytest.raises(PolicyError) as refused:
        policy_with(policy_default(), values)

    assert str(refused.value) == sentence


def test_every_bound_names_fields_that_there_are() -> None:
    paths = {each.path for each in policy_fields()}

    named = {path for order in ORDERS for path in (order.path, order.by, order.less) if path}

    assert named <= paths


def test_every_bound_has_its_case_above() -> None:
    sentences = [sentence for _, sentence in BROKEN.values()]

    unproved = [
        (order.path, order.by)
        for order in ORDERS
        if not order.path.startswith("presets.")
        and not any(each.startswith(order.path) and f"of {order.by}" in each for each in sentences)
    ]

    assert unproved == []


def test_a_bound_is_kept_to_the_last_bit() -> None:
    order = Order("blast.money_medium_share", Bound.LEAST, "blast.money_low_share", plus=0.09)

    assert order.holds(policy_default())
