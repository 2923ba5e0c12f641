"""How the fields of a section stand on the page: in lists, and tables where two words name one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dashboard.cards.policy_editor import FieldGroup, GridRow
from dashboard.display.policy_sections import section_key
from dashboard.display.policy_titles import other_name_of, title_of
from dashboard.display.policy_values import matches
from dashboard.pages.policy_rows import drafted_of, field_row
from governance.domain.types import BlastLevel, Preset, TaskType, Tier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dashboard.display.policy_sections import PolicySection
    from dashboard.pages.policy_rows import RowFrame
    from governance.selectors.policy_drafts import EffectiveField

    Fields = Mapping[str, EffectiveField]

_LIMITS = (
    ("budget_factor", "Budget"),
    ("parallel_max", "Tasks at a time"),
    ("audit_probability", "Share audited"),
    ("tax_share", "Tax"),
)
# Fields that read better under a heading of their own: how their paths begin, and the heading.
_APART: Mapping[str, tuple[str, str]] = {
    "breaker.rules.": ("Plain rules", "Thresholds that people know, beside the suspicion."),
    "tickets.decide_": ("Time to decide", "What nobody answers in time expires, and nothing runs."),
    "tickets.grant_": ("Time to start", "How long an approved task may wait for its start."),
    "admission.": ("Answers to tasks", "When a task that must wait asks again."),
    "flood.": ("Floods", "When one agent asks people too much."),
}
_WITH_THE_SECTION = ("", "")


class Table(NamedTuple):
    """Fields named by two words: the heads of columns, and of each line its fields' paths."""

    corner: str
    caption: str
    rule: str
    columns: tuple[str, ...]
    lines: tuple[tuple[str, tuple[str, ...]], ...]
    says_meaning: bool = False


_TABLES: Mapping[str, Table] = {
    "matrix": Table(
        corner="Task type",
        caption="The preset by task type and trust",
        rule="Never milder when trust falls or the work is riskier.",
        columns=tuple(f"{tier.value.capitalize()} trust" for tier in Tier),
        lines=tuple(
            (kind.value.capitalize(), tuple(f"matrix.{kind.value}_{tier.value}" for tier in Tier))
            for kind in TaskType
        ),
    ),
    "approvals": Table(
        corner="Preset",
        caption="What a task needs, by preset and level",
        rule="Never milder when the preset is stricter or the level higher.",
        columns=tuple(level.value.capitalize() for level in BlastLevel),
        lines=tuple(
            (
                preset.value.capitalize(),
                tuple(f"approvals.{preset.value}.{level.value.lower()}" for level in BlastLevel),
            )
            for preset in Preset
        ),
    ),
    "presets": Table(
        corner="Limit",
        caption="What an agent may use, by preset",
        rule="A stricter preset never allows more.",
        columns=tuple(preset.value.capitalize() for preset in Preset),
        lines=tuple(
            (label, tuple(f"presets.{preset.value}.{name}" for preset in Preset))
            for name, label in _LIMITS
        ),
        says_meaning=True,
    ),
}


def section_groups(
    section: PolicySection, fields: Fields, frame: RowFrame
) -> tuple[FieldGroup, ...]:
    """Return a section's fields, tables as tables."""
    table = _TABLES.get(section.key)
    if table is not None:
        return (_table(section, table, fields, frame),)
    mine = [each for each in fields.values() if section_key(each.field.path) == section.key]
    return tuple(_listed(section, mine, frame))


def found_groups(
    sections: Sequence[PolicySection], fields: Fields, frame: RowFrame
) -> tuple[FieldGroup, ...]:
    """Return fields of several sections, each section's under its name."""
    groups = (
        FieldGroup(
            label=section.label,
            about=section.about,
            rows=tuple(
                field_row(each, frame)
                for each in fields.values()
                if section_key(each.field.path) == section.key
            ),
        )
        for section in sections
    )
    return tuple(group for group in groups if group.rows)


def fields_found(
    fields: Fields, sections: Sequence[PolicySection], *, query: str, only_changed: bool
) -> Fields:
    """Return the fields of which every word of ``query`` is said, and that differ where asked."""
    labels = {section.key: section.label for section in sections}
    return {
        path: each
        for path, each in fields.items()
        if (not only_changed or drafted_of(each) != each.default)
        and matches(
            query.split(),
            title_of(path),
            other_name_of(path),
            each.field.meaning,
            path,
            labels[section_key(path)],
            *_heading(path),
        )
    }


def _listed(
    section: PolicySection, fields: Sequence[EffectiveField], frame: RowFrame
) -> Iterator[FieldGroup]:
    for heading in (_WITH_THE_SECTION, *_APART.values()):
        some = [each for each in fields if _heading(each.field.path) == heading]
        label, about = heading if any(heading) else (section.label, section.about)
        if some:
            yield FieldGroup(
                label=label, about=about, rows=tuple(field_row(each, frame) for each in some)
            )


def _heading(path: str) -> tuple[str, str]:
    """Return the heading of its own that a field stands under, and what that is about."""
    apart = (heading for start, heading in _APART.items() if path.startswith(start))
    return next(apart, _WITH_THE_SECTION)


def _table(section: PolicySection, table: Table, fields: Fields, frame: RowFrame) -> FieldGroup:
    lines = tuple(_line(label, paths, table, fields, frame) for label, paths in table.lines)
    cells = () if table.says_meaning else [cell for line in lines for cell in line.cells]
    return FieldGroup(
        label=section.label,
        about=f"{section.about} {table.rule}",
        provenance=tuple(dict.fromkeys(cell.provenance for cell in cells)),
        guard=" ".join(dict.fromkeys(cell.guard for cell in cells)),
        caption=table.caption,
        corner=table.corner,
        columns=table.columns,
        lines=lines,
    )


def _line(
    label: str, paths: tuple[str, ...], table: Table, fields: Fields, frame: RowFrame
) -> GridRow:
    cells = tuple(
        field_row(fields[path], frame, column=column)
        for column, path in zip(table.columns, paths, strict=True)
    )
    if not table.says_meaning:
        return GridRow(label=label, cells=cells)
    return GridRow(
        label=label,
        cells=cells,
        about=fields[paths[0]].field.meaning,
        provenance=tuple(dict.fromkeys(cell.provenance for cell in cells)),
        guard=" ".join(dict.fromkeys(cell.guard for cell in cells)),
    )
