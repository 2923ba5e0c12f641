"""The whole program: register the cast, load the past, tell the story until told to stop."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass

from config.simulation.access import DESK, KEY_SCOPES, REGISTRY, Access
from config.simulation.cast import CAST
from config.simulation.journal import Journal
from config.simulation.lanes import Story
from config.simulation.opening import cast_register, past_load
from config.simulation.plots import PLOTS
from config.simulation.reviewer import Reviewers
from config.simulation.wire import Patience, StoppedError, Wire

logger = logging.getLogger("simulation")

GRACE_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What story, where, how fast; ``owner`` stands in for the owners of the story if given."""

    url: str
    seed: int = 1
    pace: float = 1.0
    history_days: int = 30
    owner: str = ""
    reviewer: bool = False


def simulate(access: Access, options: Options, *, journal: Journal, stop: threading.Event) -> None:
    """Run until ``stop`` is set; what is open then is taken up by the next run.

    Raises:
        RefusedError: if a key is refused.
    """
    patience = Patience(stop)
    wires = {
        name: Wire(options.url, access.key(name), patience=patience, journal=journal)
        for name in KEY_SCOPES
    }
    owners = {member.owner: options.owner for member in CAST} if options.owner else {}
    try:
        until = cast_register(wires[REGISTRY], owners=owners)
        if options.history_days:
            past_load(wires, access, seed=options.seed, until=until, days=options.history_days)
    except StoppedError:
        return
    desk = DESK if DESK in access.keys else ""
    story = Story(wires, patience, seed=options.seed, pace=options.pace, desk=desk)
    threads = [
        threading.Thread(target=story.tell, args=(plot,), name=plot.lane, daemon=True)
        for plot in PLOTS
    ]
    if options.reviewer:
        reviewers = Reviewers(options.url, access, patience, journal, seed=options.seed)
        threads.append(threading.Thread(target=reviewers.work, name="reviewers", daemon=True))
    for thread in threads:
        thread.start()
    stop.wait()
    for thread in threads:
        thread.join(timeout=GRACE_S / len(threads))
    logger.info("ended; what is open is taken up by the next run")
    if story.failure is not None:
        raise story.failure
