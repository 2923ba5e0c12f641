"""What docs/keys.md says of keys and tokens is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from django.core.management import get_commands, load_command_class
from django.urls import reverse

from dashboard.display.key_texts import SCOPES, USUAL_LIFE, USUAL_OVERLAP
from governance.domain.key_rates import RATE_LEAST, RATE_MOST, WINDOW_S
from governance.domain.keys import OVERLAP_MOST, SOON
from governance.domain.types import Scope
from governance.events import REGISTRY
from governance.services import key_checks
from governance.services.key_checks import MOST_AGENTS
from governance.services.tokens import LONGEST_LIFE, MOST_LIVING

DOCS = Path(__file__).parents[2] / "docs"
TEXT = " ".join((DOCS / "keys.md").read_text(encoding="utf-8").split())


def test_every_number_is_that_of_the_code() -> None:
    for told in (
        f"at most {MOST_AGENTS:,}; none named",
        f"an **end**, {USUAL_LIFE} days ahead",
        f"a **limit** of {RATE_LEAST} to {RATE_MOST:,} calls a minute",
        f"{SOON.days} days before that the page of keys and the overview say so",
        f"0 to {OVERLAP_MOST.days} days later",
        f"in the last {WINDOW_S} s",
        f"an end at most {LONGEST_LIFE.days} days ahead",
        f"at most {MOST_LIVING} that sign in",
        f"A fleet has at most {key_checks.MOST_LIVING} living keys, and both count",
        f"--hours {USUAL_OVERLAP}",
    ):
        assert told in TEXT


def test_every_scope_is_told() -> None:
    assert set(SCOPES) == {scope.value for scope in Scope}
    for scope in Scope:
        assert f"`{scope.value}` " in TEXT


def test_every_command_is_there_with_its_options() -> None:
    commands = dict(re.findall(r"`manage\.py (\w+) ([^`]*)`", TEXT))

    assert set(commands) == {"create_key", "list_keys", "rotate_key", "revoke_key"}
    for name, words in commands.items():
        assert get_commands()[name] == "governance"
        parser = load_command_class("governance", name).create_parser("manage.py", name)
        parser.parse_args(re.sub(r"<\w+>", "some", words).split())


def test_every_fact_that_is_told_is_published() -> None:
    told = set(re.findall(r"`((?:key|token)\.\w+)`", TEXT))

    assert told == {name for name in REGISTRY if name.startswith(("key.", "token."))}


def test_the_pages_are_where_they_are_said_to_be() -> None:
    assert reverse("fleet-keys", kwargs={"fleet": "x"}).replace("/x/", "/<fleet>/") in TEXT
    assert reverse("tokens") in TEXT
