"""Run the shop's agent over and over: ``python examples/langgraph/loop.py``.

Environment: COUNTERSIGN_URL, COUNTERSIGN_KEY (a key with the scopes gate and report),
COUNTERSIGN_SHOP (the SQLite file). Ends cleanly on SIGTERM and Ctrl-C;
errands that wait for people are taken up again by the next run.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

# A script finds its own folder first, and that is called langgraph like the library.
sys.path[0] = str(Path(__file__).resolve().parents[2])

from examples.client import Countersign, RefusedError  # noqa: E402
from examples.langgraph.errands import Errands  # noqa: E402
from examples.langgraph.runner import Runner, StoppedError  # noqa: E402
from examples.langgraph.shop import Shop  # noqa: E402

logger = logging.getLogger("shop")
FULL_PACE_S = 5.0


def main() -> int:
    """Run errands until told to stop; return the exit code."""
    options = _options()
    logging.basicConfig(
        stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S"
    )
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    gate = Countersign(os.environ["COUNTERSIGN_URL"], os.environ["COUNTERSIGN_KEY"])
    shop = Shop(options.shop)
    errands = Errands(shop, seed=options.seed, today=datetime.now(UTC).date())
    options.shop.parent.mkdir(parents=True, exist_ok=True)
    shop.prepare()
    errands.prepare()
    try:
        _loop(Runner(gate, shop, errands, stop=stop), errands, stop, pace_s=options.pace)
    except RefusedError as error:
        logger.error("Countersign refused the call itself: %s", error)  # noqa: TRY400 - no crash
        return 2
    logger.info("ended: %s", errands.ended())
    return 0


def _loop(runner: Runner, errands: Errands, stop: threading.Event, *, pace_s: float) -> None:
    left = errands.open_ones()
    while not stop.is_set():
        # While enough people's answers are outstanding, only work that asks nobody goes on.
        errand = left.pop(0) if left else errands.come_up(quiet=runner.is_full)
        try:
            runner.run(errand)
        except StoppedError:
            return
        stop.wait(max(runner.rest_s, FULL_PACE_S if runner.is_full else pace_s))


def _options() -> argparse.Namespace:
    shop = Path(os.environ.get("COUNTERSIGN_SHOP", "shop.sqlite3"))
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--shop", type=Path, default=shop, help="SQLite file")
    parser.add_argument("--seed", type=int, default=1, help="which story the errands tell")
    parser.add_argument("--pace", type=float, default=2.0, help="seconds between errands")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
