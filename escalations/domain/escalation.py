"""The escalation policy: who is called for a ticket, level by level, while nobody answers it.

Everybody whom no rule bars may decide a ticket at any level; a level only says whom it is put
before. A level reached is never taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Any

from escalations.domain.routing import Person
from governance.domain.phrases import count_words, share_words
from governance.domain.types import Role

LEVELS_MOST = 5
ON_A_LEVEL_MOST = 20
SHARE_LEAST, SHARE_MOST = 0.05, 0.95
# The page tells at once; whoever has it open need not be told a second time. Own choice.
CHAT_AFTER_S, MAIL_AFTER_S = 60, 300
AFTER_MOST_S = 3_600


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationLevel:
    """Who is called on one level: people by id, and everybody who holds exactly a role."""

    people: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationPolicy:
    """The levels in their order, and when each after the first is reached.

    ``shares``: one for each level after the first, the share of the time to decide after which it
    is called, 0.05 to 0.95, rising. ``chat_after_s``, ``mail_after_s``: seconds from the call of a
    level until those called are told by chat, and by mail, 0 to 3600.
    """

    levels: tuple[EscalationLevel, ...]
    shares: tuple[float, ...]
    chat_after_s: int = CHAT_AFTER_S
    mail_after_s: int = MAIL_AFTER_S


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationProblem:
    """One field that cannot stay as it is: its path, its value, what is allowed, in a sentence."""

    field: str
    value: object
    allowed: str
    sentence: str


# Half and four fifths of the time: own choice. The last level keeps as much time as a snooze must.
ESCALATION_DEFAULT = EscalationPolicy(
    levels=tuple(EscalationLevel(roles=(role,)) for role in Role),
    shares=(0.5, 0.8),
)


def called_on(level: EscalationLevel, people: Mapping[str, Person]) -> frozenset[str]:
    """Return the ids of the members whom a level calls.

    Args:
        level: whoever it names and is no member is left out.
        people: the fleet's members by their ids.
    """
    named = people.keys() & set(level.people)
    return frozenset(named | {each.id for each in people.values() if each.role in level.roles})


def escalation_problems(
    policy: EscalationPolicy, people: Mapping[str, Person]
) -> tuple[EscalationProblem, ...]:
    """Return every problem of a policy: what it may not say, then steps that reach nobody.

    Args:
        policy: as somebody wants it.
        people: the fleet's members by their ids.
    """
    formal = (
        *_count_problems(policy),
        *_share_problems(policy.shares),
        *_delay_problems(policy),
        *(
            problem
            for at, level in enumerate(policy.levels)
            for problem in _level_problems(at, level, people)
        ),
    )
    # What a level reaches can only be told of levels that hold together.
    return formal or (*_unreachable(policy, people), *_powerless(policy, people))


def escalation_to_plain(policy: EscalationPolicy) -> dict[str, Any]:
    """Return a policy as it is stored."""
    return {
        "levels": [
            {"people": list(level.people), "roles": [role.value for role in level.roles]}
            for level in policy.levels
        ],
        "shares": list(policy.shares),
        "chat_after_s": policy.chat_after_s,
        "mail_after_s": policy.mail_after_s,
    }


def escalation_from_plain(plain: Mapping[str, Any]) -> EscalationPolicy:
    """Return a stored policy."""
    return EscalationPolicy(
        levels=tuple(
            EscalationLevel(
                people=tuple(level["people"]), roles=tuple(Role(role) for role in level["roles"])
            )
            for level in plain["levels"]
        ),
        shares=tuple(plain["shares"]),
        # Versions from before there were messages go on with the product's own delays.
        chat_after_s=plain.get("chat_after_s", CHAT_AFTER_S),
        mail_after_s=plain.get("mail_after_s", MAIL_AFTER_S),
    )


def _count_problems(policy: EscalationPolicy) -> Iterator[EscalationProblem]:
    levels = len(policy.levels)
    if not 1 <= levels <= LEVELS_MOST:
        allowed = f"1 to {LEVELS_MOST} levels"
        yield EscalationProblem(
            field="levels",
            value=levels,
            allowed=allowed,
            sentence=f"A policy has {allowed}, got {levels}.",
        )
    elif len(policy.shares) != levels - 1:
        allowed = f"{levels - 1}, one for each level after the first"
        yield EscalationProblem(
            field="shares",
            value=list(policy.shares),
            allowed=allowed,
            sentence=(
                f"{count_words(levels, 'level')} take {count_words(levels - 1, 'share')} of the"
                f" time to decide, one for each level after the first; got {len(policy.shares)}."
            ),
        )


def _share_problems(shares: Sequence[float]) -> Iterator[EscalationProblem]:
    for at, share in enumerate(shares):
        if not (isfinite(share) and SHARE_LEAST <= share <= SHARE_MOST):
            allowed = f"{SHARE_LEAST:g} to {SHARE_MOST:g}"
            yield EscalationProblem(
                field=f"shares[{at}]",
                value=share,
                allowed=allowed,
                sentence=(
                    f"Level {at + 2} is called after {share_words(SHARE_LEAST)} to"
                    f" {share_words(SHARE_MOST)} of the time to decide, got {_percent(share)}."
                ),
            )
    for at, (before, share) in enumerate(pairwise(shares), start=1):
        if share <= before:
            yield EscalationProblem(
                field=f"shares[{at}]",
                value=share,
                allowed=f"more than {before:g}",
                sentence=(
                    f"Level {at + 2} must be called after level {at + 1}, which is at"
                    f" {_percent(before)} of the time to decide; got {_percent(share)}."
                ),
            )


def _delay_problems(policy: EscalationPolicy) -> Iterator[EscalationProblem]:
    delays = (
        ("chat_after_s", "chat", policy.chat_after_s),
        ("mail_after_s", "mail", policy.mail_after_s),
    )
    for field, channel, after_s in delays:
        if not 0 <= after_s <= AFTER_MOST_S:
            allowed = f"0 to {AFTER_MOST_S}"
            yield EscalationProblem(
                field=field,
                value=after_s,
                allowed=allowed,
                sentence=f"People are told by {channel} after {allowed} s, got {after_s}.",
            )
    if policy.mail_after_s < policy.chat_after_s:
        yield EscalationProblem(
            field="mail_after_s",
            value=policy.mail_after_s,
            allowed=f"{policy.chat_after_s} or more",
            sentence=(
                "People are told by mail after they were by chat, which is after"
                f" {policy.chat_after_s} s; got {policy.mail_after_s}."
            ),
        )


def _percent(share: float) -> str:
    return f"{share * 100:g} %"


def _level_problems(
    at: int, level: EscalationLevel, people: Mapping[str, Person]
) -> Iterator[EscalationProblem]:
    field, named = f"levels[{at}]", [*level.people, *(role.value for role in level.roles)]
    if not 1 <= len(named) <= ON_A_LEVEL_MOST:
        allowed = f"1 to {ON_A_LEVEL_MOST} people and roles"
        yield EscalationProblem(
            field=field,
            value=named,
            allowed=allowed,
            sentence=f"Level {at + 1} names {allowed}, got {len(named)}.",
        )
    for each in level.people:
        if each not in people:
            yield EscalationProblem(
                field=f"{field}.people",
                value=each,
                allowed="members of the fleet whose account is open",
                sentence=f"Level {at + 1} names somebody who is no member of the fleet.",
            )
    if len(set(level.people)) < len(level.people) or len(set(level.roles)) < len(level.roles):
        yield EscalationProblem(
            field=field,
            value=named,
            allowed="each person and each role once",
            sentence=f"Level {at + 1} names somebody twice.",
        )


def _unreachable(
    policy: EscalationPolicy, people: Mapping[str, Person]
) -> Iterator[EscalationProblem]:
    """Yield the levels that call nobody, or nobody who is not called already."""
    before: frozenset[str] = frozenset()
    for at, level in enumerate(policy.levels):
        called = called_on(level, people)
        if not called:
            roles = " or ".join(role.one for role in level.roles)
            sentence = f"Level {at + 1} reaches nobody: no member is {roles}."
        elif called <= before:
            sentence = f"Level {at + 1} reaches nobody who is not called before it."
        else:
            sentence = ""
        if sentence:
            yield EscalationProblem(
                field=f"levels[{at}]",
                value=[*level.people, *(role.value for role in level.roles)],
                allowed="somebody whom no level before it calls",
                sentence=sentence,
            )
        before |= called


def _powerless(
    policy: EscalationPolicy, people: Mapping[str, Person]
) -> Iterator[EscalationProblem]:
    """Yield that nobody on the last level may give the answers that take a manager."""
    last = policy.levels[-1]
    roles = [people[each].role for each in called_on(last, people)]
    if not any(role is not None and role.rank >= Role.MANAGER.rank for role in roles):
        yield EscalationProblem(
            field=f"levels[{len(policy.levels) - 1}]",
            value=[*last.people, *(role.value for role in last.roles)],
            allowed="at least one manager or admin",
            sentence=(
                "The last level needs a manager or an admin: some tickets nobody else may decide."
            ),
        )
