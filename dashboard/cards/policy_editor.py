"""The policy editor: sections of fields, the draft beside them, and what may be done with it."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.display.wording import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldClash:
    """Somebody else's change of a field that a person typed into as well.

    `said` tells who, when, theirs and mine; `mine` and `theirs` are values with their unit,
    `theirs_typed` theirs as it is typed.
    """

    said: str
    mine: str
    theirs: str
    theirs_typed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRow:
    """One setting as a person reads and changes it.

    `typed` stands in the control, `seen` is what stood there when the person read it, `general`
    what all fleets have, all three as typed. `refused` is the sentence for a value that is not
    allowed, with `{}` for what was typed; `low` and `high` bound what is typed, empty for words.
    `choices` are pairs of value and words, empty where a number is typed. `source` says where
    the value comes from, `moved` what the draft changes, `followers` which fleets follow it;
    `column` is its head where it stands in a table.
    """

    path: str
    title: str
    meaning: str
    typed: str
    seen: str
    refused: str
    default: str
    allowed: str
    provenance: Mark
    reference: str
    source: str
    last: str
    unit: str = ""
    low: str = ""
    high: str = ""
    step: str = "any"
    choices: tuple[tuple[str, str], ...] = ()
    general: str = ""
    general_said: str = ""
    can_follow: bool = False
    follows: bool = False
    last_url: str = ""
    moved: str = ""
    guard: str = ""
    followers: str = ""
    problem: str = ""
    clash: FieldClash | None = None
    column: str = ""
    is_locked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GridRow:
    """One line of a table of fields; all but the cells is said once for them together."""

    label: str
    cells: tuple[FieldRow, ...]
    about: str = ""
    provenance: tuple[Mark, ...] = ()
    guard: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldGroup:
    """Fields that stand together: in a list, or as a table where `columns` are named.

    A table whose lines do not says once what stands behind its fields (`provenance`) and which
    change of them needs a second admin (`guard`).
    """

    label: str
    about: str
    provenance: tuple[Mark, ...] = ()
    guard: str = ""
    rows: tuple[FieldRow, ...] = ()
    caption: str = ""
    corner: str = ""
    columns: tuple[str, ...] = ()
    lines: tuple[GridRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionLink:
    """One section of the policy; `changes` is how many fields of it the draft changes."""

    label: str
    url: str
    is_current: bool
    changes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """One field that the draft changes; values carry their unit."""

    path: str
    title: str
    url: str
    before: str
    after: str
    by: str
    needs_second: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftMove:
    """Something that may be done with a draft; `why_off` keeps this person from it."""

    url: str
    label: str
    why_off: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftCard:
    """The draft beside the fields; without `lines` nothing is drafted.

    `proposal` tells who proposed it, where it waits for a second admin, `declined` who sent it
    back, each with the reason beside it; `then` says what publishing does. `version` is what a
    form of it was read at, `section` what of the policy stood beside it.
    """

    base: str
    following: str
    version: int
    lines: tuple[DraftLine, ...]
    then: str
    declined: str = ""
    declined_reason: str = ""
    proposal: str = ""
    proposal_reason: str = ""
    needs_second: str = ""
    publish: DraftMove | None = None
    discard: DraftMove | None = None
    agree: DraftMove | None = None
    decline: DraftMove | None = None
    typed_reason: str = ""
    problem: str = ""
    wrong: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemLine:
    """One thing that is wrong with what was sent: the field, where it stands, and the sentence."""

    title: str
    url: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyEditor:
    """The whole page of one scope; `fleet_slug` is empty for all fleets.

    `read_at` is the moment it was read, `read_time` the same as a clock shows it, `stand` which
    version and which draft were there, `changed_url` and the others where its forms are sent.
    `summary` says what is in force since when, `reason` why, `drafted` how much the draft changes.
    `notices` say what others did meanwhile, `why_off` what keeps this person from changing it.
    `shown` are the fields' paths, `here` the address of the page as it is now.
    """

    name: str
    fleet_slug: str
    seq: int
    summary: str
    reason: str
    drafted: str
    url: str
    here: str
    change_url: str
    check_url: str
    parts_url: str
    versions_url: str
    read_at: str
    read_time: str
    stand: str
    sections: tuple[SectionLink, ...]
    section: str
    groups: tuple[FieldGroup, ...]
    found: str
    draft: DraftCard
    scope_url: str = ""
    scope_label: str = ""
    query: str = ""
    only_changed: bool = False
    is_searching: bool = False
    notices: tuple[str, ...] = ()
    said: str = ""
    why_off: str = ""
    problem: str = ""
    problems: tuple[ProblemLine, ...] = ()
