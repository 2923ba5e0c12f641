"""docs/policy.md says what the policy, its events, its command and its addresses are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from governance.domain.backtest.bounds import KEPT_LEAST
from governance.domain.backtest.words import tries_words
from governance.domain.backtest.words_facts import RATIO_LEAST
from governance.domain.policy import policy_fields
from governance.domain.policy.fields import Guard
from governance.events import REGISTRY
from governance.management.commands.policy import PROPOSED_CODE, Command
from tests.docs.test_failures import ROOT

if TYPE_CHECKING:
    from pathlib import Path

TEXT = " ".join((ROOT / "docs" / "policy.md").read_text("utf-8").split())


def test_its_addresses_are_those_of_the_console() -> None:
    assert f"at `{reverse('policy')}`" in TEXT
    assert f"at `{reverse('fleet-policy', kwargs={'fleet': 'FLEET'})}`" in TEXT


def test_every_event_of_the_policy_is_named() -> None:
    named = {name for name in REGISTRY if name.startswith("policy.")}

    assert {name for name in named if f"`{name}`" not in TEXT} == set()
    assert len(named) == 7


def test_a_change_either_way_is_guarded_where_the_document_says_any() -> None:
    either = {each.path for each in policy_fields() if each.guard is Guard.ANY}

    assert "any change of the largest share of a fleet that may be frozen" in TEXT
    assert "or of how long records are kept" in TEXT
    assert {path.partition(".")[0] for path in either} == {"breaker", "retention"}
    assert {path for path in either if path.startswith("breaker.")} == {"breaker.frozen_share_cap"}


def test_the_options_of_the_command_are_those_it_has() -> None:
    parser = Command().create_parser("manage.py", "policy")
    known = {option for action in parser._actions for option in action.option_strings}

    shown = {"--export", "--check", "--publish", "--user", "--reason", "--general", "--replaces"}
    assert shown <= known
    assert {option for option in shown if option not in TEXT} == set()


def test_its_exit_codes_are_those_it_says(tmp_path: Path) -> None:
    assert f"and {PROPOSED_CODE} when it waits for a second admin" in TEXT
    assert CommandError("").returncode == 1


def test_what_a_backtest_says_is_what_its_rules_say() -> None:
    assert f"are told from {RATIO_LEAST} failures stopped on" in TEXT
    assert f"where {KEPT_LEAST} such tasks are known" in TEXT
    assert tries_words(1) is None
    assert tries_words(2) is not None


@pytest.mark.django_db
def test_a_fleet_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no living fleet FLEET"):
        call_command("policy", "FLEET", "--export", str(tmp_path / "policy.json"))
