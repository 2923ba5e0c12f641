from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any

import pytest

from governance.domain.canonical import CanonicalError
from governance.domain.digest import action_digest
from governance.domain.types import BlastLevel, Environment

ACTION: dict[str, Any] = {
    "fleet": "shop",
    "environment": Environment.PRODUCTION,
    "agent": "refunder",
    "operation": "refund",
    "tool": "refunds.issue",
    "target": "orders",
    "arguments": {"order": "o-7", "amount": 20.0},
    "spend_cap": Decimal(20),
    "envelope_level": BlastLevel.HIGH,
}


def test_the_digest_is_sha256_of_the_canonical_action() -> None:
    text = (
        '{"agent":"refunder","arguments":{"amount":20,"order":"o-7"},"envelope_level":"HIGH",'
        '"environment":"production","fleet":"shop","operation":"refund","spend_cap":"20.00",'
        '"target":"orders","tool":"refunds.issue"}'
    )

    digest = action_digest(**ACTION)

    assert digest == "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def test_the_order_of_arguments_does_not_matter() -> None:
    turned = {**ACTION, "arguments": {"amount": 20, "order": "o-7"}}

    assert action_digest(**turned) == action_digest(**ACTION)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("fleet", "shop-2"),
        ("environment", Environment.STAGING),
        ("agent", "refunder-2"),
        ("operation", "refund_all"),
        ("tool", None),
        ("target", None),
        ("arguments", {"order": "o-8", "amount": 20}),
        ("spend_cap", None),
        ("spend_cap", Decimal("20.000001")),
        ("envelope_level", BlastLevel.CRITICAL),
    ],
)
def test_any_other_action_has_another_digest(field: str, value: Any) -> None:
    assert action_digest(**{**ACTION, field: value}) != action_digest(**ACTION)


def test_arguments_without_a_canonical_form_have_no_digest() -> None:
    with pytest.raises(CanonicalError, match=r"\$\.arguments\.x"):
        action_digest(**{**ACTION, "arguments": {"x": float("nan")}})
