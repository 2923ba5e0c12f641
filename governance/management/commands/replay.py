import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.domain.breaker_fold import EnginePolicy
from governance.files.reading import UnreadableFileError, rows_read
from governance.management.progress import bar_on, folder_check, policy_read, refused_list
from governance.replay.facts import ComputedFacts
from governance.replay.history import History
from governance.replay.play import history_play
from governance.replay.recorded import RecordedFacts, refreshes_read
from governance.replay.report import replay_plain, summary
from governance.replay.rows import OUTCOMES
from governance.replay.uncollected import uncollected


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
        try:
            with uncollected():
                self._replay(options)
        except UnreadableFileError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error

    def _replay(self, options: dict[str, Any]) -> None:
        path: Path = options["file"]
        folder_check(options["out"])
        policy = policy_read(options["policy"])
        engine = EnginePolicy(trust=policy.trust, breaker=policy.breaker, drift=policy.drift)
        recorded = refreshes_read(options["refreshes"]) if options["refreshes"] else None
        history = History()
        reading = bar_on(self.stderr, "Reading", path.stat().st_size)
        refused = history.load(rows_read(path, OUTCOMES, told=reading))
        facts = (
            ComputedFacts(engine, history.traits())
            if recorded is None
            else RecordedFacts(recorded, engine)
        )
        folding = bar_on(self.stderr, "Folding", len(history))
        played = history_play(
            history,
            facts,
            engine,
            cascades=policy.cascade,
            enforce=options["enforce"],
            told=folding,
        )
        bar_on(self.stderr, "", 0)(0)
        read = len(history) + len(refused)
        plain = replay_plain(played, refused, policy.trust, read=read)
        refused_list(self.stderr, refused)
        for line in summary(plain, enforced=options["enforce"]):
            self.stdout.write(line)
        if options["out"]:
            options["out"].write_text(json.dumps(plain, ensure_ascii=False) + "\n", "utf-8")
