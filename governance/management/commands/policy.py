import json
from argparse import ArgumentParser
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from governance.domain.canonical import CanonicalError, loads_strict
from governance.domain.policy import Policy, PolicyError, policy_to_plain
from governance.domain.policy.changes import PolicyChange, policy_changes
from governance.domain.policy.drafts import DraftState, guarded_changes
from governance.domain.policy.numbers import value_words
from governance.domain.policy.paths import policy_merged
from governance.domain.policy.words import word_text
from governance.models import Fleet
from governance.refusals import RefusalError
from governance.selectors.policy_drafts import Standing, policy_standing
from governance.services.policy_putting import policy_put

# Published is 0, refused 1, wrong usage 2.
PROPOSED_CODE = 3


class Command(BaseCommand):
    help = "Export, check or publish the policy of a fleet, or of all fleets, as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        scope = parser.add_mutually_exclusive_group(required=True)
        scope.add_argument("fleet", nargs="?", help="slug of the fleet")
        scope.add_argument("--general", action="store_true", help="the policy of all fleets")
        act = parser.add_mutually_exclusive_group(required=True)
        act.add_argument("--export", type=Path, metavar="FILE", help="write what is in force")
        act.add_argument("--check", type=Path, metavar="FILE", help="say what FILE would change")
        act.add_argument("--publish", type=Path, metavar="FILE", help="put FILE in force")
        parser.add_argument("--user", help="user name of the admin who publishes")
        parser.add_argument("--reason", help="why, in a sentence")
        parser.add_argument(
            "--replaces", type=int, help="the number that FILE was made from (default: in force)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        fleet = _fleet(options)
        try:
            standing = policy_standing(fleet=fleet)
            if options["export"]:
                self._export(standing, options["export"])
            elif options["check"]:
                self._check(standing, _read(options["check"]))
            else:
                self._publish(fleet, standing, options)
        except PolicyError as error:
            raise CommandError(str(error)) from error
        except RefusalError as error:
            raise CommandError(error.sentence) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error

    def _export(self, standing: Standing, path: Path) -> None:
        text = json.dumps(policy_to_plain(standing.policy), indent=2)
        path.write_text(text + "\n", encoding="utf-8")
        self.stdout.write(f"Policy {standing.number} is in {path}.")

    def _check(self, standing: Standing, plain: object) -> None:
        wanted = policy_merged(standing.policy, plain)
        self._tell(standing.policy, wanted)
        if policy_changes(standing.policy, wanted):
            self.stdout.write("Nothing was published: this was a check.")

    def _tell(self, before: Policy, wanted: Policy) -> None:
        for line in change_lines(before, wanted):
            self.stdout.write(line)

    def _publish(self, fleet: Fleet | None, standing: Standing, options: dict[str, Any]) -> None:
        user, plain = _user(options["user"]), _read(options["publish"])
        wanted, replaces = policy_merged(standing.policy, plain), options["replaces"]
        done = policy_put(
            fleet=fleet,
            user=user,
            plain=plain,
            reason=options["reason"] or "",
            replaces=standing.number if replaces is None else replaces,
        )
        self._tell(standing.policy, wanted)
        if done is not None and done.state == DraftState.PROPOSED:
            raise CommandError(
                "Not in force yet: another admin must agree to it.", returncode=PROPOSED_CODE
            )
        after = standing.number if done is None else standing.number + 1
        self.stdout.write(f"Policy {after} is in force.")


def change_lines(before: Policy, wanted: Policy) -> Iterator[str]:
    """Yield what would change in words, one line a field; one line where nothing would."""
    guarded = {change.path for change in guarded_changes(before, wanted)}
    changes = policy_changes(before, wanted)
    for change in changes:
        second = " A second admin must agree." if change.path in guarded else ""
        yield f"{change.path}: {_words(change)}. {change.meaning}{second}"
    if not changes:
        yield "It changes nothing."


def _words(change: PolicyChange) -> str:
    unit = f" {change.unit}" if change.unit else ""
    before, after = (
        word_text(each) if isinstance(each, StrEnum) else value_words(each)
        for each in (change.before, change.after)
    )
    return f"{before} becomes {after}{unit}"


def _fleet(options: dict[str, Any]) -> Fleet | None:
    if options["general"]:
        return None
    slug = options["fleet"]
    fleet = Fleet.objects.filter(slug=slug, archived_at=None).first()
    if fleet is None:
        raise CommandError(f"There is no living fleet {slug}.")
    return fleet


def _user(username: str | None) -> User:
    if not username:
        raise CommandError("--publish needs --user: the user name of an admin.")
    user = get_user_model().objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no person {username} whose account is open.")
    return user


def _read(path: Path) -> object:
    try:
        return loads_strict(path.read_bytes())
    except CanonicalError as error:
        field = error.path.removeprefix("$").removeprefix(".") or path.name
        raise CommandError(f"{field} must be {error.allowed}, got {error.value}.") from error
