from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from dashboard.selectors.health import parts_now
from governance.domain.health import PartState, summary, unwell

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from governance.domain.health import Part

WIDTH = max(len(state.value) for state in PartState)


class Command(BaseCommand):
    help = (
        "Say how every part of the installation is doing, what that means and what to do. The exit"
        " code is 1 where one is not well. Database and broker may be away."
    )
    # The checks ask the database, which may be what is away.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for machines: a list of parts")

    def handle(self, *, json: bool, **_: Any) -> None:
        parts = parts_now()
        self.stdout.write(as_json(parts) if json else as_text(parts))
        if unwell(parts):
            raise SystemExit(1)


def as_json(parts: tuple[Part, ...]) -> str:
    """Return the parts as the health page has them."""
    return json.dumps([asdict(part) for part in parts], indent=2)


def as_text(parts: tuple[Part, ...]) -> str:
    """Return a line for each part, and below what means and helps where it is not well."""
    lines: list[str] = []
    for part in parts:
        state = part.state.value.replace("_", " ")
        lines.append(f"{state:<{WIDTH}}  {part.name}: {part.said}{_lag(part)}")
        indent = " " * (WIDTH + 2)
        if part.last_error:
            name = "First fault" if part.state is PartState.FAULT else "Last error"
            lines.append(f"{indent}{name}: {part.last_error}")
        lines += [f"{indent}{text}" for text in (part.means, part.advice) if text]
    return "\n".join([*lines, "", summary(parts)])


def _lag(part: Part) -> str:
    return f" Lag {part.told_lag_s:.0f} s." if part.told_lag_s else ""
