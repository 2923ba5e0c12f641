"""Bursts of events to many open sockets, beside the least a server can do."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from tests.bench.fleet import in_stack
from tests.bench.sockets import Burst, listen
from tests.e2e.stack import PROJECT, Stack, until
from tests.e2e.wire import signed_in

EVENTS = 100
BARE_PORT = 18_790
PUBLISH = """
import json, threading, time
from django.db import transaction
from governance.events import AuditorMended
from governance.models import Fleet
from governance.selectors.clock import clock_now
from governance.services.events import events_publish

fleet = Fleet.objects.get(slug="shop", archived_at=None)
sent = {{}}

def write(transactions):
    for _ in range(transactions):
        at = time.time()
        with transaction.atomic():
            fact = AuditorMended(fleet_id=fleet.pk, actor="bench", sentence="A measurement.")
            events_publish(*[fact] * {size}, now=clock_now())
            last = Fleet.objects.get(pk=fleet.pk).event_seq
        sent.update({{seq: at for seq in range(last - {size} + 1, last + 1)}})

threads = [threading.Thread(target=write, args=({transactions},)) for _ in range({writers})]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps(sent))
"""


@dataclass(frozen=True, slots=True)
class Bursts:
    """What is sent to how many sockets of a running stack."""

    stack: Stack
    sockets: int

    async def all(self) -> list[Burst]:
        """Measure one after the other."""
        return [
            await self._of_stack("one transaction of 100", writers=1, transactions=1),
            await self._of_stack("100 transactions in a row", writers=1, transactions=EVENTS),
            await self._of_stack("4 writers, 25 transactions each", writers=4, transactions=25),
            await self._bare(),
        ]

    async def _of_stack(self, name: str, *, writers: int, transactions: int) -> Burst:
        size = EVENTS // (writers * transactions)
        code = PUBLISH.format(size=size, writers=writers, transactions=transactions)

        async def publish() -> Mapping[int, float]:
            said = await asyncio.to_thread(in_stack, self.stack, "shell", "-v0", "-c", code)
            return {int(seq): at for seq, at in json.loads(said).items()}

        with signed_in(self.stack.url, "mona", self.stack.passwords["mona"]) as mona:
            cookies = "; ".join(f"{name}={value}" for name, value in mona.cookies.items())
            return await listen(
                f"{self.stack.url}/ws/f/shop/",
                {"Cookie": cookies, "Origin": self.stack.url},
                count=self.sockets,
                name=name,
                publish=publish,
            )

    async def _bare(self) -> Burst:
        """Send the same messages from a server that does nothing else."""
        notice = {"fleet": "shop", "name": "auditor.mended", "ids": {}}
        texts = [json.dumps([{**notice, "seq": seq}]) for seq in range(EVENTS)]

        async def publish() -> Mapping[int, float]:
            at = time.time()
            async with httpx.AsyncClient(timeout=60) as client:
                await client.post(f"http://127.0.0.1:{BARE_PORT}/burst", json=texts)
            return dict.fromkeys(range(EVENTS), at)

        with _bare_running() as url:
            return await listen(
                url,
                {"Cookie": "", "Origin": url},
                count=self.sockets,
                name="bare fan-out, one process",
                publish=publish,
            )


@contextmanager
def _bare_running() -> Iterator[str]:
    words = ["--port", str(BARE_PORT), "--log-level", "warning", "--lifespan", "off"]
    server = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "tests.bench.bare:application", *words], cwd=PROJECT
    )
    url = f"http://127.0.0.1:{BARE_PORT}"
    try:
        until(lambda: _answers(url))
        yield url
    finally:
        server.terminate()
        server.wait(timeout=10)


def _answers(url: str) -> bool:
    try:
        return httpx.post(f"{url}/burst", json=[]).status_code == 204
    except httpx.TransportError:
        return False
