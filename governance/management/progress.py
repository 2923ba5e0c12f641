"""What commands share that work on files: a progress bar, and a policy to work by."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.management.base import CommandError, OutputWrapper

from governance.domain.policy import Policy, policy_default
from governance.domain.policy.plain import policy_from_plain
from governance.domain.policy.problems import PolicyError

if TYPE_CHECKING:
    from governance.files.reading import Refused

_LISTED = 50
_BAR = 40


def bar_on(stream: OutputWrapper, what: str, total: int) -> Callable[[int], None]:
    """Return what draws a progress bar of ``total`` steps; nothing but on a terminal.

    A total of 0 wipes the bar.
    """
    if not stream.isatty():
        return lambda _: None

    def draw(done: int) -> None:
        if not total:
            stream.write("\r" + " " * (_BAR + 30) + "\r", ending="")
            return
        share = min(1.0, done / total)
        full = round(share * _BAR)
        line = f"\r{what} [{'#' * full}{'.' * (_BAR - full)}] {share:4.0%}"
        stream.write(line, ending="")
        stream.flush()

    return draw


def refused_list(stream: OutputWrapper, refused: Sequence[Refused]) -> None:
    """Write the rows that could not be used, each with its line and reason, the first fifty."""
    for row in refused[:_LISTED]:
        where = f"{row.file}, line" if row.file else "line"
        stream.write(f"{where} {row.line}: {row.reason}")
    if len(refused) > _LISTED:
        more = f"and {len(refused) - _LISTED:,} more rejected rows; --json lists them all"
        stream.write(more)


def folder_check(out: Path | None) -> None:
    """Refuse before the work what could not be written after it.

    Raises:
        CommandError: if the folder of ``--json`` does not exist.
    """
    if out is not None and not out.parent.is_dir():
        raise CommandError(f"--json: there is no folder {out.parent}")


def policy_read(path: Path | None) -> Policy:
    """Return the policy in a JSON file, a new fleet's without one.

    Raises:
        CommandError: naming the file and what is wrong with it.
    """
    if path is None:
        return policy_default()
    try:
        return policy_from_plain(json.loads(path.read_text("utf-8")))
    except PolicyError as error:
        raise CommandError(f"{path}: {error}") from error
    except ValueError as error:
        raise CommandError(f"{path} is no JSON: {error}") from error
