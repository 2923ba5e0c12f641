"""The page of a fleet's escalation policy: who is called for a ticket, and the form for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleBox:
    """A role that a level can call, and whether it does."""

    value: str
    label: str
    is_ticked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRow:
    """One level in the form, as it is in force or as it was typed.

    `people` are user names with commas between, `share` a percentage, empty on the first level.
    """

    number: int
    people: str
    roles: tuple[RoleBox, ...]
    share: str
    is_wrong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonReach:
    """How one person is reached outside the browser, and what became of the latest tests."""

    name: str
    says: str
    tests: tuple[str, ...] = ()
    is_reached: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelLine:
    """One level in force: after how much of the time it is called, whom it names, whom it calls.

    For admins: how each of them is reached, where a test of the level is sent, and why the latest
    was refused.
    """

    number: int
    when: str
    names: str
    calls: tuple[str, ...]
    reach: tuple[PersonReach, ...] = ()
    test_url: str = ""
    untested: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationForm:
    """What puts another policy in force; `why_not` keeps this person from it.

    `replaces` is the number of the policy that the person has read. `members` are pairs of a user
    name and a full name; `more_rows` are levels that nobody has filled in. `wrong` names the field
    at fault.
    """

    url: str
    why_not: str
    idempotency_key: str
    replaces: int
    rows: tuple[LevelRow, ...]
    more_rows: tuple[LevelRow, ...]
    members: tuple[tuple[str, str], ...]
    chat_after_s: str = ""
    mail_after_s: str = ""
    after_most_s: int = 0
    typed_reason: str = ""
    problem: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationPage:
    """The policy in force, by whom and why, and the form; `number` 0 is the product's own.

    `steps` says when those called are told outside the browser; `unreached` are, for admins, those
    of all levels who are not.
    """

    fleet_name: str
    queue_url: str
    number: int
    said: str
    reason: str
    lines: tuple[LevelLine, ...]
    form: EscalationForm
    steps: str = ""
    unreached: tuple[str, ...] = ()
