"""Send prepared requests over kept connections and time each: ``python http_clients.py HOST PORT CLIENTS``.

A process of its own, so that it takes no time from the server's; HTTP/1.1 by hand, since a client
library costs more than the calls it would time. Reads JSON lines ``{"path", "body"}`` from standard
input, writes one JSON document: wall time, latencies in seconds, statuses, answers.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from dataclasses import dataclass, field


@dataclass(slots=True)
class Log:
    """What the clients saw, in order of arrival."""

    latencies_s: list[float] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)


def request_bytes(path: str, body: str, *, host: str, key: str) -> bytes:
    """Return one POST as it goes over the wire."""
    payload = body.encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(payload)}\r\n\r\n"
    )
    return head.encode() + payload


async def client(host: str, port: int, waiting: list[bytes], log: Log) -> None:
    """Send requests one after the other until none is left."""
    reader, writer = await asyncio.open_connection(host, port)
    while waiting:
        request = waiting.pop()
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        lowered = head.lower()
        start = lowered.index(b"content-length:") + 15
        length = int(lowered[start : lowered.index(b"\r\n", start)])
        answer = await reader.readexactly(length)
        log.latencies_s.append(time.perf_counter() - began)
        log.statuses.append(int(head[9:12]))
        log.answers.append(answer)
    writer.close()
    await writer.wait_closed()


async def run(host: str, port: int, clients: int, requests: list[bytes]) -> tuple[float, Log]:
    """Return the wall time in seconds and what the clients saw."""
    log = Log()
    waiting = requests[::-1]
    began = time.perf_counter()
    await asyncio.gather(*(client(host, port, waiting, log) for _ in range(clients)))
    return time.perf_counter() - began, log


def main() -> None:
    host, port, clients = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    key = os.environ["COUNTERSIGN_KEY"]
    lines = [json.loads(line) for line in sys.stdin]
    requests = [
        request_bytes(line["path"], json.dumps(line["body"]), host=host, key=key) for line in lines
    ]
    wall_s, log = asyncio.run(run(host, port, clients, requests))
    answers = [answer.decode() for answer in log.answers]
    json.dump(
        {
            "wall_s": wall_s,
            "latencies_s": log.latencies_s,
            "statuses": log.statuses,
            "answers": answers,
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
