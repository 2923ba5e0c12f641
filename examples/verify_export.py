"""Check an export of a fleet's log without the installation that made it.

Needs Python 3.11 and the package rfc8785, and for signatures the key of the seals:

    SEAL_KEY=... python verify_export.py shop-log.jsonl

It prints what it finds and ends with exit code 1 where anything was changed. What it checks is
described in docs/log.md, so that nobody needs to trust this script either.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import sys
from collections.abc import Iterator
from typing import Any

try:
    import rfc8785
except ModuleNotFoundError:
    sys.exit("It needs the package rfc8785: pip install rfc8785")

Line = dict[str, Any]
HASHED = (
    "fleet", "seq", "name", "ids", "payload", "actor", "created_at", "previous_hash",
)  # fmt: skip
GENESIS = "0" * 64


def lines_of(path: str, kind: str) -> Iterator[Line]:
    with open(path, encoding="utf-8") as file:
        for text in file:
            line = json.loads(text)
            if line.pop("type") == kind:
                yield line


def sha256(value: Any) -> str:
    return hashlib.sha256(rfc8785.dumps(value)).hexdigest()


def digest_of(event: Line) -> str:
    """Return the digest by which a seal covers an event."""
    columns = {**event, "fleet_id": event["fleet"]}
    del columns["fleet"]
    return sha256({"kind": "events", "columns": columns})


def parts(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


def key_name(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:8]


def form_of(line: Line) -> bytes:
    """Return what the record of a lost key covers of a seal, a checkpoint or another record."""
    signed: bytes = rfc8785.dumps(line["signed"])
    return signed + str(line["signature"]).encode()


def digest(line: Line) -> str:
    return hashlib.sha256(form_of(line)).hexdigest()


def lost_of(line: Line) -> set[str]:
    return {lost["key"] for lost in line["signed"]["lost"]}


def signature_wrong(line: Line, keys: dict[str, str]) -> str:
    """Return what is wrong with a signature, empty for nothing and where no key was given."""
    signed = line["signed"]
    if not keys:
        return ""
    if signed["key"] not in keys:
        return f"is signed with key {signed['key']}, which was not given."
    key = keys[signed["key"]].encode()
    wanted = hmac.new(key, rfc8785.dumps(signed), hashlib.sha256).hexdigest()
    if hmac.compare_digest(wanted, line["signature"]):
        return ""
    return "does not bear its key's signature."


class Losses:
    """The records of lost keys: what they cover cannot be changed, though nobody has the key."""

    def __init__(self, lines: list[Line], keys: dict[str, str]) -> None:
        self.lines = lines
        self.keys = keys
        self.held: list[Line] = []

    def findings(self) -> Iterator[str]:
        after: Line | None = None
        for line in reversed(self.lines):
            wrong = self.wrong(line, after)
            after = None if wrong else line
            if wrong:
                yield f"Record {line['signed']['number']} of a lost key {wrong}"
            else:
                self.held.insert(0, line)
        before: Line | None = None
        for line in self.lines:
            number, previous = (before["signed"]["number"], digest(before)) if before else (0, "")
            signed = line["signed"]
            if (signed["number"], signed["previous"]) != (number + 1, previous):
                yield f"Record {signed['number']} of a lost key does not follow record {number}."
            before = line

    def wrong(self, line: Line, after: Line | None) -> str:
        signed = line["signed"]
        for name in ("seal_digests", "checkpoint_digests"):
            if hashlib.sha256(bytes.fromhex(line[name])).hexdigest() != signed[name]:
                return "does not hold the digests it was signed for."
        is_covered = after is not None and after["signed"]["previous"] == digest(line)
        if after and is_covered and signed["key"] in lost_of(after) - self.keys.keys():
            # The next one gave the key up that signed this one, and holds it as it is.
            return ""
        return signature_wrong(line, self.keys)

    def excuse(self, kind: str, signed: Line) -> bool:
        """Return whether the key of a seal or checkpoint was given up after it was made."""
        return any(
            signed["key"] in lost_of(line) and signed["number"] <= line["signed"][f"{kind}s"]
            for line in self.held
        )

    def compared(self, kind: str, lines: Iterator[Line]) -> Iterator[str]:
        """Compare seals or checkpoints with the newest record, as far as the file has them."""
        if not self.held:
            return
        newest = self.held[-1]["signed"]
        size = newest["size"] if kind == "seal" else 1
        kept = parts(self.held[-1][f"{kind}_digests"], 64)
        forms = {line["signed"]["number"]: form_of(line) for line in lines}
        for block, wanted in enumerate(kept):
            numbers = range(block * size + 1, min((block + 1) * size, newest[f"{kind}s"]) + 1)
            found = [forms[number] for number in numbers if number in forms]
            if len(found) == len(numbers) and hashlib.sha256(b"".join(found)).hexdigest() != wanted:
                what = f"{kind.capitalize()} {numbers[0]}"
                if size > 1:
                    what = f"One of seals {numbers[0]} to {numbers[-1]}"
                yield f"{what} is not as it was when its key was given up."

    def notes(self) -> Iterator[str]:
        for line in self.held:
            signed = line["signed"]
            for lost in signed["lost"]:
                untold = "what was changed with its seal before that day cannot be told"
                said = "its signatures are checked" if lost["key"] in self.keys else untold
                yield (
                    f"Key {lost['key']} of seals {lost['first']} to {lost['last']} was lost and"
                    f" given up on {signed['given_up_at'][:10]} by {signed['by']},"
                    f" {signed['reason']!r}: {said}."
                )


class Check:
    def __init__(self, path: str, keys: list[str]) -> None:
        self.path = path
        self.keys = {key_name(key): key for key in keys}
        self.about = next(lines_of(path, "about"))
        self.losses = Losses(list(lines_of(path, "loss")), self.keys)
        self.covered: dict[str, str] = {}
        self.required: dict[str, int] = {}
        self.removed: set[str] = set()
        self.unsealed = 0

    def findings(self) -> Iterator[str]:
        yield from self.losses.findings()
        yield from self.checkpoints()
        yield from self.seals()
        for kind in ("seal", "checkpoint"):
            yield from self.losses.compared(kind, lines_of(self.path, kind))
        yield from self.events()

    def signature(self, kind: str, line: Line) -> Iterator[str]:
        signed = line["signed"]
        if signed["key"] not in self.keys and self.losses.excuse(kind, signed):
            return
        if wrong := signature_wrong(line, self.keys):
            yield f"{kind.capitalize()} {signed['number']} {wrong}"

    def checkpoints(self) -> Iterator[str]:
        for line in lines_of(self.path, "checkpoint"):
            what = f"Checkpoint {line['signed']['number']}"
            yield from self.signature("checkpoint", line)
            if hashlib.sha256(bytes.fromhex(line["ids"])).hexdigest() != line["signed"]["ids"]:
                yield f"{what} does not list the rows it was signed for."
            self.removed |= set(parts(line["ids"], 32))

    def seals(self) -> Iterator[str]:
        before: Line | None = None
        for line in lines_of(self.path, "seal"):
            signed = line["signed"]
            what = f"Seal {signed['number']}"
            yield from self.signature("seal", line)
            if before is not None and (
                signed["number"] != before["signed"]["number"] + 1
                or signed["previous"] != before["signature"]
            ):
                yield f"{what} does not follow seal {before['signed']['number']}."
            before = line
            if signed["remark"]:
                yield f"{what} says: {signed['remark']}"
            if "ids" in line:
                root = bytes.fromhex(line["ids"] + line["digests"])
                if hashlib.sha256(root).hexdigest() != signed["root"]:
                    yield f"{what} does not cover the rows it was signed for."
                ids, digests = parts(line["ids"], 32), parts(line["digests"], 64)
                # Of a period the first seal may begin before it, and the last end behind it.
                is_cut = not self.covered and self.about["since"] is not None
                if not is_cut and signed["upto"][0] <= self.about["last"]:
                    self.required |= dict.fromkeys(ids, signed["number"])
                self.covered |= dict(zip(ids, digests, strict=True))

    def events(self) -> Iterator[str]:
        number, last_hash = self.about["first"] - 1, ""
        for event in lines_of(self.path, "event"):
            yield from self.place(event, number, last_hash)
            yield from self.columns(event)
            number, last_hash = event["seq"], event["hash"]
        if number != self.about["last"] and self.about["last"]:
            yield f"Events {number + 1} to {self.about['last']} are missing."
        for row, seal in self.required.items():
            if row not in self.removed:
                yield f"Event {row} is missing: seal {seal} has it, and no removal took it."

    def place(self, event: Line, number: int, last_hash: str) -> Iterator[str]:
        what = f"Event {event['seq']}"
        if event["seq"] != number + 1:
            yield f"{what} follows event {number}: what was between is missing."
        elif last_hash and event["previous_hash"] != last_hash:
            yield f"{what} does not name the hash of event {number} before it."
        elif event["seq"] == 1 and event["previous_hash"] != GENESIS:
            yield f"{what} is not the first."

    def columns(self, event: Line) -> Iterator[str]:
        what = f"Event {event['seq']}"
        if sha256({name: event[name] for name in HASHED}) != event["hash"]:
            yield f"{what} was altered: its hash is not that of its columns."
        row = event["id"].replace("-", "")
        covered = self.covered.get(row)
        self.required.pop(row, None)
        if covered is None:
            self.unsealed += 1
        elif covered != digest_of(event):
            yield f"{what} was altered after it was sealed."


def main(path: str) -> int:
    given = [os.environ.get("SEAL_KEY", ""), *os.environ.get("SEAL_KEYS_BEFORE", "").split(",")]
    check = Check(path, [key.strip() for key in given if key.strip()])
    found = 0
    for sentence in check.findings():
        print(sentence)
        found += 1
    for note in check.losses.notes():
        print(note)
    signed = "with signatures" if check.keys else "without signatures: no SEAL_KEY was given"
    print(
        f"{check.about['slug']}: {found} finding{'s'[: found != 1]};"
        f" events {check.about['first']} to {check.about['last']},"
        f" {check.unsealed} not sealed; {signed}"
    )
    return 1 if found else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("It takes one file: python verify_export.py shop-log.jsonl")
    sys.exit(main(sys.argv[1]))
