from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.pages.lineage import lineage_card
from tests.factories import TaskFactory

if TYPE_CHECKING:
    from tests.dashboard.shop import Shop


def test_a_task_that_was_answered_in_words_is_not_called_denied(shop: Shop) -> None:
    root = shop.refund(title="Root").task
    assert root is not None
    answered = TaskFactory(
        fleet=root.fleet,
        agent=root.agent,
        parent=root,
        root_id=root.pk,
        state="DENIED",
        resolution={"answer": "responded"},
    )

    tree, _ = lineage_card(answered)

    assert tree is not None
    assert [child.state for child in tree.children] == ["answered in words"]
