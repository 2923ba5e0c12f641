from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from governance.domain.policy import policy_to_plain
from governance.models import GeneralPolicy, PolicyVersion
from tests.escalations.people import second_admin
from tests.factories import policy_without_chance

if TYPE_CHECKING:
    from pathlib import Path

    from governance.models import Fleet
    from tests.escalations.people import Crew


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "policy.json"


def policy(file: Path, act: str, *options: str, scope: str = "shop") -> None:
    call_command("policy", scope, f"--{act}", str(file), *options)


def publish(file: Path, plain: Any, *options: str, scope: str = "shop") -> None:
    file.write_text(json.dumps(plain))
    policy(file, "publish", "--user", "adam", "--reason", "By file.", *options, scope=scope)


def test_what_is_exported_and_published_again_changes_nothing(
    fleet: Fleet, crew: Crew, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy(file, "export")
    publish(file, json.loads(file.read_text()))

    told = capsys.readouterr().out.splitlines()
    assert json.loads(file.read_text()) == policy_to_plain(policy_without_chance())
    assert told == [f"Policy 1 is in {file}.", "It changes nothing.", "Policy 1 is in force."]
    assert PolicyVersion.objects.count() == 1


def test_a_check_says_what_would_change_and_changes_nothing(
    fleet: Fleet, crew: Crew, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text('{"breaker": {"latch_trips": 5}, "tickets": {"claims_max": 4}}')

    policy(file, "check")

    assert capsys.readouterr().out.splitlines() == [
        "breaker.latch_trips: 4 becomes 5 freezes. This many freezes within the window need a"
        " person to release. A second admin must agree.",
        "tickets.claims_max: 5 becomes 4 tickets. How many tickets one person may hold claimed at"
        " a time.",
        "Nothing was published: this was a check.",
    ]
    assert PolicyVersion.objects.count() == 1


def test_a_published_file_is_in_force_with_its_reason(
    fleet: Fleet, crew: Crew, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(file, {"tickets": {"claims_max": 4}})

    version = PolicyVersion.objects.get(number=2)
    assert (version.published_by, version.reason) == ("adam", "By file.")
    assert version.body["tickets"]["claims_max"] == 4
    assert capsys.readouterr().out.endswith("Policy 2 is in force.\n")


def test_what_loosens_waits_and_says_so_by_its_exit_code(
    fleet: Fleet, crew: Crew, file: Path
) -> None:
    with pytest.raises(CommandError, match="another admin must agree") as waits:
        publish(file, {"breaker": {"latch_trips": 5}})

    assert waits.value.returncode == 3
    assert PolicyVersion.objects.count() == 1


def test_a_check_says_words_as_the_editor_does(
    fleet: Fleet, crew: Crew, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text('{"approvals": {"balanced": {"high": "two_approvals"}}}')

    policy(file, "check")

    assert capsys.readouterr().out.splitlines()[0] == (
        "approvals.balanced.high: One approval becomes Two approvals."
        " What a task of level High needs under this preset."
    )


def test_the_policy_of_all_fleets_is_published_by_whoever_administers_all(
    fleet: Fleet, crew: Crew, file: Path
) -> None:
    publish(file, {"tickets": {"claims_max": 4}}, scope="--general")

    assert GeneralPolicy.objects.get().body["tickets"]["claims_max"] == 4
    version = PolicyVersion.objects.get(fleet=fleet, number=2)
    assert (version.own, version.general) == ([], GeneralPolicy.objects.get())


@pytest.mark.parametrize(
    ("text", "options", "sentence"),
    [
        ("{", {}, r"^policy\.json must be JSON, got "),
        ('{"blast": NaN}', {}, r"^blast must be a number, got NaN\.$"),
        ("[]", {}, r"^policy must be an object, got \[\]$"),
        ("{}", {"--user": "nobody"}, "There is no person nobody whose account is open."),
        ("{}", {"--user": "mona"}, "Only an admin may change the policy; you are a manager."),
        ("{}", {"--reason": " "}, "A new policy needs a reason."),
        ("{}", {"--replaces": "7"}, "1 is in force, you saw 7."),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    fleet: Fleet, crew: Crew, file: Path, text: str, options: dict[str, str], sentence: str
) -> None:
    file.write_text(text)
    named = {"--user": "adam", "--reason": "By file.", **options}

    with pytest.raises(CommandError, match=sentence) as refused:
        policy(file, "publish", *(part for pair in named.items() for part in pair))

    assert refused.value.returncode == 1


def test_files_fleets_and_people_that_are_not_there_are_named(
    fleet: Fleet, crew: Crew, file: Path
) -> None:
    second_admin(fleet)
    with pytest.raises(CommandError, match="No such file"):
        policy(file, "check")
    with pytest.raises(CommandError, match="There is no living fleet shed"):
        policy(file, "export", scope="shed")
    file.write_text("{}")
    with pytest.raises(CommandError, match="--publish needs --user"):
        policy(file, "publish")
