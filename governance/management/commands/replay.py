import gc
import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.domain.breaker_fold import EnginePolicy
from governance.domain.policy import Policy, policy_default
from governance.domain.policy.plain import policy_from_plain
from governance.domain.policy.problems import PolicyError
from governance.replay.facts import ComputedFacts
from governance.replay.history import History
from governance.replay.play import history_play
from governance.replay.reading import UnreadableFileError, outcomes_read
from governance.replay.recorded import RecordedFacts, refreshes_read
from governance.replay.report import replay_plain, summary

_LISTED = 50
_BAR = 40


class Command(BaseCommand):
    help = "Fold recorded outcomes through the live rules, in recorded time; no database is needed."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="outcomes: CSV with a header, or JSON Lines")
        parser.add_argument(
            "--refreshes", type=Path, help="recorded refresh facts (default: one each 30 s)"
        )
        parser.add_argument("--policy", type=Path, help="a policy as JSON (default: a new fleet's)")
        parser.add_argument("--json", type=Path, dest="out", help="write alarms and agents here")
        parser.add_argument(
            "--enforce", action="store_true", help="drop what a frozen agent would not have run"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        # Nothing that a replay makes is cyclic, and a million states are long to look through.
        gc.disable()
        try:
            self._replay(options)
        except UnreadableFileError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        finally:
            gc.enable()

    def _replay(self, options: dict[str, Any]) -> None:
        path: Path = options["file"]
        policy = _policy(options["policy"])
        engine = EnginePolicy(trust=policy.trust, breaker=policy.breaker, drift=policy.drift)
        recorded = refreshes_read(options["refreshes"]) if options["refreshes"] else None
        history = History()
        reading = self._bar("Reading", path.stat().st_size)
        refused = history.load(outcomes_read(path, told=reading))
        facts = (
            ComputedFacts(engine, history.traits())
            if recorded is None
            else RecordedFacts(recorded, engine)
        )
        folding = self._bar("Folding", len(history))
        played = history_play(
            history,
            facts,
            engine,
            cascades=policy.cascade,
            enforce=options["enforce"],
            told=folding,
        )
        self._bar("", 0)(0)
        read = len(history) + len(refused)
        plain = replay_plain(played, refused, policy.trust, read=read)
        for row in refused[:_LISTED]:
            self.stderr.write(f"line {row.line}: {row.reason}")
        if len(refused) > _LISTED:
            more = f"and {len(refused) - _LISTED:,} more rejected rows; --json lists them all"
            self.stderr.write(more)
        for line in summary(plain, enforced=options["enforce"]):
            self.stdout.write(line)
        if options["out"]:
            options["out"].write_text(json.dumps(plain, ensure_ascii=False) + "\n")

    def _bar(self, what: str, total: int) -> Any:
        """Return what draws a progress bar of ``total`` steps; nothing but on a terminal."""
        if not sys.stderr.isatty():
            return lambda _: None

        def draw(done: int) -> None:
            if not total:
                sys.stderr.write("\r" + " " * (_BAR + 30) + "\r")
                return
            share = min(1.0, done / total)
            full = round(share * _BAR)
            sys.stderr.write(f"\r{what} [{'#' * full}{'.' * (_BAR - full)}] {share:4.0%}")
            sys.stderr.flush()

        return draw


def _policy(path: Path | None) -> Policy:
    if path is None:
        return policy_default()
    try:
        return policy_from_plain(json.loads(path.read_text()))
    except PolicyError as error:
        raise CommandError(f"{path}: {error}") from error
    except ValueError as error:
        raise CommandError(f"{path} is no JSON: {error}") from error
