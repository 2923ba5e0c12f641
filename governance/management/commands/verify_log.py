from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.domain.log.findings import Finding, Tally, faults_words, is_key_missing
from governance.domain.phrases import count_words
from governance.models import Fleet
from governance.selectors.log_checking import LogRun
from governance.selectors.transaction_numbers import numbers_back

_NO_KEY = (
    "what signed the log is not among SEAL_KEY and SEAL_KEYS_BEFORE, so nobody can tell here"
    " whether it was changed."
)


def moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        allowed = "a date or a time such as 2026-11-30 or 2026-11-30T18:00:00+00:00"
        raise ArgumentTypeError(f"must be {allowed}, got {text!r}") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def anchor(text: str) -> tuple[int, str]:
    number, _, signature = text.partition(":")
    if not number.isdecimal() or len(signature) != 64:
        raise ArgumentTypeError(f"must be NUMBER:SIGNATURE of a seal, got {text!r}")
    return int(number), signature


class Command(BaseCommand):
    help = (
        "Check the log of a fleet, or of all, against its seals: exit code 1 and the first finding"
        " of each kind of row where anything was altered, taken away or put in."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fleet", nargs="?", help="its short name (default: every fleet)")
        parser.add_argument(
            "--since", type=moment, help="only what was sealed from then on (default: all)"
        )
        parser.add_argument(
            "--anchor",
            type=anchor,
            action="append",
            default=[],
            metavar="NUMBER:SIGNATURE",
            help="a seal that was noted down elsewhere, which must still be there",
        )
        parser.add_argument("--all", action="store_true", help="print every finding")

    def handle(self, *args: Any, **options: Any) -> None:
        fleets = Fleet.objects.order_by("slug")
        if options["fleet"]:
            fleets = fleets.filter(slug=options["fleet"])
            if not fleets:
                raise CommandError(f"There is no fleet {options['fleet']}.")
        elif options["anchor"]:
            raise CommandError("--anchor needs the fleet whose seal it is.")
        back = numbers_back()
        if back is not None:
            self.stdout.write(f"{back} What was sealed before is checked.")
        tally = Tally()
        for fleet in fleets:
            self._check(fleet, options, tally)
        if tally.faults:
            found = faults_words(tally.faults, tally.rows)
            said = _NO_KEY if is_key_missing(tally.kinds) else "the log was changed."
            raise CommandError(f"{found}: {said}", returncode=1)
        if back is not None:
            raise CommandError("Nothing new is sealed.", returncode=1)

    def _check(self, fleet: Fleet, options: dict[str, Any], whole: Tally) -> None:
        run = LogRun(fleet_id=fleet.pk, since=options["since"], anchors=dict(options["anchor"]))
        tally = Tally()
        for finding in self._printed(fleet, run.findings(), every=options["all"]):
            tally.take(finding)
            whole.take(finding)
        for note in run.notes:
            self.stdout.write(f"{fleet.slug}: {note}")
        rows = ", ".join(
            count_words(count, kind.removesuffix("s")) for kind, count in run.reader.rows.items()
        )
        found = faults_words(tally.faults, tally.rows)
        verdict = found if tally.faults else "nothing was changed"
        last = run.reader.last
        upto = f", up to seal {last.number}:{last.signature}" if last else ""
        seals = count_words(run.reader.seals, "seal")
        self.stdout.write(f"{fleet.slug}: {verdict}; {rows or 'no rows'} against {seals}{upto}")

    def _printed(
        self, fleet: Fleet, findings: Iterable[Finding], *, every: bool
    ) -> Iterator[Finding]:
        told: set[tuple[str, str]] = set()
        for finding in findings:
            what = (finding.subject, finding.kind.value)
            if every or what not in told:
                told.add(what)
                self.stdout.write(f"{fleet.slug}: {finding.kind.value}: {finding.sentence}")
            yield finding
