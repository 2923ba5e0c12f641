import os
import pwd
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.domain.log.losses import keys_named, signed_words
from governance.domain.phrases import count_words, list_words
from governance.management.people import person_of
from governance.models import Fleet
from governance.refusals import RefusalError
from governance.selectors.seal_losses import LostNow, key_missing
from governance.selectors.seals import seal_keys
from governance.services.keys import COMMAND_LINE
from governance.services.seal_losses import lost_require, reason_require, seal_key_give_up


class Command(BaseCommand):
    help = (
        "Give up the key that sealed a fleet's log, where it is lost for good: what it signed can"
        " be checked by nobody then, a record of it is signed with SEAL_KEY, and sealing goes on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fleet", nargs="?", help="its short name")
        parser.add_argument(
            "--all", action="store_true", help="every fleet of which the key is missing"
        )
        parser.add_argument("--reason", required=True, help="how it was lost; stands in the record")
        parser.add_argument(
            "--by", metavar="USERNAME", help="who gives it up (default: the user of this shell)"
        )
        parser.add_argument("--yes", action="store_true", help="go on without asking")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            reason = reason_require(options["reason"])
            by, actor = _whose(options["by"])
            fleets = self._fleets(options)
            keys = seal_keys()
            lost = [(fleet, lost_require(fleet=fleet, keys=keys)) for fleet in fleets]
            for fleet, each in lost:
                self.stdout.write(_question(fleet, each, keys.current))
            if not options["yes"]:
                _agreed_require()
            for fleet, each in lost:
                record = seal_key_give_up(
                    fleet=fleet, names=each.names, reason=reason, by=by, actor=actor
                )
                self.stdout.write(
                    f"{fleet.slug}: {record.named} given up. Record {record.number}:"
                    f" {record.signature}"
                )
            self.stdout.write(
                "Start all processes again with this SEAL_KEY; then press Verify on the page"
                " Integrity."
            )
        except RefusalError as refusal:
            raise CommandError(str(refusal)) from refusal

    def _fleets(self, options: dict[str, Any]) -> list[Fleet]:
        if bool(options["fleet"]) == options["all"]:
            raise CommandError("Name one fleet, or give --all.")
        fleets = Fleet.objects.order_by("slug")
        if options["fleet"]:
            found = list(fleets.filter(slug=options["fleet"]))
            if not found:
                raise CommandError(f"There is no fleet {options['fleet']}.")
            return found
        keys = seal_keys()
        found = [each for each in fleets if key_missing(fleet_id=each.pk, keys=keys)]
        if not found:
            raise CommandError(
                "Nothing is given up: of every fleet SEAL_KEY or SEAL_KEYS_BEFORE holds the key."
            )
        return found


def _whose(username: str | None) -> tuple[str, str]:
    """Return who gives a key up, as the record and as the event say it."""
    if username is not None:
        name = person_of(username).get_username()
        return name, name
    try:
        user = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        user = f"user {os.getuid()}"
    # Nobody who has an account of that name is meant.
    return f"{user} at a terminal", COMMAND_LINE


def _question(fleet: Fleet, lost: LostNow, current: str) -> str:
    signed = list_words([signed_words(each) for each in lost.keys])
    when = ""
    if lost.since and lost.upto:
        when = (
            f", {count_words(lost.rows, 'row')}, from {lost.since:%Y-%m-%d %H:%M:%S} to"
            f" {lost.upto:%Y-%m-%d %H:%M:%S} UTC"
        )
    return (
        f"{fleet.slug}: {keys_named(sorted(lost.names))} signed {signed}{when}.\n"
        "  Given up, these signatures can be checked by nobody. Rows are still compared with their"
        " seals, but whether both were changed before today cannot be told: run verify_log first,"
        " it compares them without the key.\n"
        f"  Every seal is kept as it is now by a record that key {current} signs, and the page"
        " Integrity says so for ever."
    )


def _agreed_require() -> None:
    try:
        answer = input("Type yes to give up: ")
    except EOFError:
        raise CommandError("Nothing was done: there is nobody to ask. Add --yes.") from None
    if answer.strip().lower() != "yes":
        raise CommandError("Nothing was done.")
