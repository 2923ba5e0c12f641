from __future__ import annotations

import pytest

from tests.governance.log.world import KINDS, kind_of


@pytest.mark.parametrize("name", KINDS)
def test_every_column_is_sealed_or_has_a_reason_to_change(name: str) -> None:
    kind = kind_of(name)

    columns = {field.column for field in kind.model._meta.concrete_fields}

    order = {"transaction"} if kind.order == "transaction" else set()
    assert set(kind.forms[-1]) | set(kind.changing) == columns
    assert not set(kind.forms[-1]) & set(kind.changing)
    assert order <= set(kind.forms[-1])
    assert all(reason.endswith(".") for reason in kind.changing.values())
