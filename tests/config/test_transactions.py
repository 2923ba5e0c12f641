from __future__ import annotations

import pytest

from config.transactions import transactions_given, transactions_pass


@pytest.mark.django_db(transaction=True)
def test_a_server_is_brought_past_the_numbers_of_a_back_up() -> None:
    wanted = transactions_given() + 1_200_000

    used = transactions_pass(wanted)

    assert wanted <= transactions_given() < wanted + 1_000
    assert 1_190_000 < used <= 1_200_000


@pytest.mark.django_db(transaction=True)
def test_a_server_that_is_past_them_uses_up_none() -> None:
    assert transactions_pass(transactions_given()) == 0
