"""What became of messages that were due: taken once, more than once, never, or late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Outages = Mapping[str, Sequence[tuple[float, float]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A step that a channel is told of from ``at`` on (epoch seconds).

    ``must`` is false where it may have been told before nobody needed to hear of it any more.
    """

    channel: str
    step: str
    at: float
    must: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """A message as its receiver got it at ``at`` (epoch seconds).

    ``message`` is the id by which it is known again; ``taken`` says that the receiver did not
    refuse it.
    """

    channel: str
    step: str
    message: str
    at: float
    taken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many steps were due and what became of them; each step of a channel counts once.

    ``doubled`` are told under two ids, ``lost`` were taken under none, ``undue`` are told though
    nothing was due; these are sentences, of which there may be none. ``repeats`` counts steps
    taken more than once under one id, ``refused`` messages that were not taken.
    """

    due: int
    taken: int
    repeats: int
    refused: int
    late: int
    slowest_s: float
    doubled: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    undue: list[str] = field(default_factory=list)


def reckon(
    due: Sequence[Due], got: Sequence[Got], outages: Outages, *, late_after_s: float
) -> Tally:
    """Hold what was due against what was got.

    Args:
        due: each step of a channel once.
        got: in any order.
        outages: when a channel could not take anything, epoch seconds; `""` are those of all.
        late_after_s: seconds beyond the moment it was due, outages left out, from which on a step
            counts as late.
    """
    messages: dict[tuple[str, str], list[Got]] = defaultdict(list)
    for each in sorted(got, key=lambda message: message.at):
        messages[each.channel, each.step].append(each)
    taken = {key: [m for m in found if m.taken] for key, found in messages.items()}
    waits = {
        (step.channel, step.step): waited_s(step, first[0].at, outages)
        for step in due
        if (first := taken.get((step.channel, step.step)))
    }
    wanted = {(step.channel, step.step) for step in due}
    return Tally(
        due=sum(step.must for step in due),
        taken=sum(step.must and (step.channel, step.step) in waits for step in due),
        repeats=sum(len(taken[key]) > 1 for key in waits),
        refused=sum(not each.taken for each in got),
        late=sum(wait > late_after_s for wait in waits.values()),
        slowest_s=max(waits.values(), default=0.0),
        doubled=[
            f"{channel} was told of {step} under {len(ids)} ids"
            for (channel, step), found in messages.items()
            if len(ids := {message.message for message in found}) > 1
        ],
        lost=[
            f"{step.channel} was never told of {step.step}"
            for step in due
            if step.must and (step.channel, step.step) not in waits
        ],
        undue=[
            f"{channel} was told of {step}, which was not due"
            for channel, step in messages
            if (channel, step) not in wanted
        ],
    )


def waited_s(step: Due, until: float, outages: Outages) -> float:
    """Return for how many seconds a step waited while its channel could have taken it."""
    away = 0.0
    reached = step.at
    for began, ended in sorted([*outages.get(step.channel, ()), *outages.get("", ())]):
        back = min(ended, until)
        away += max(0.0, back - max(began, reached))
        reached = max(reached, back)
    return until - step.at - away


def table(tallies: Mapping[str, Tally], *, late_after_s: float) -> list[str]:
    """Return the tallies as a person reads them, a line for each channel, and what was wrong."""
    late = f"late (> {late_after_s:g} s)"
    head = f"{'channel':<22}{'due':>7}{'taken':>7}{'repeats':>9}{'doubled':>9}{'lost':>6}"
    lines = [f"{head}{late:>15}{'slowest':>10}{'refused':>9}"]
    for name, tally in tallies.items():
        wrong = f"{len(tally.doubled):>9}{len(tally.lost):>6}"
        lines.append(
            f"{name:<22}{tally.due:>7}{tally.taken:>7}{tally.repeats:>9}{wrong}"
            f"{tally.late:>15}{tally.slowest_s:>8.1f} s{tally.refused:>9}"
        )
    return [*lines, *(f"  {sentence}" for sentence in faults(tallies))]


def faults(tallies: Mapping[str, Tally]) -> list[str]:
    """Return a sentence for everything lost, doubled or told without being due."""
    return [
        sentence
        for tally in tallies.values()
        for sentence in (*tally.doubled, *tally.lost, *tally.undue)
    ]


def by_channel(
    due: Sequence[Due], got: Sequence[Got], outages: Outages, *, late_after_s: float
) -> dict[str, Tally]:
    """Return a tally for each channel that was due anything or got anything, by name."""
    names = sorted({step.channel for step in due} | {message.channel for message in got})
    return {
        name: reckon(
            [step for step in due if step.channel == name],
            [message for message in got if message.channel == name],
            outages,
            late_after_s=late_after_s,
        )
        for name in names
    }
