"""The page on which a policy is tuned: its sections, the draft, and what others did meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse

from dashboard.cards.policy_editor import PolicyEditor, ProblemLine, SectionLink
from dashboard.display.durations import clock_time, day_time, wire_time
from dashboard.display.figures import plural
from dashboard.display.policy_sections import section_key, sections_of
from dashboard.display.policy_titles import title_of
from dashboard.pages.names import actor_words, names_of
from dashboard.pages.policy_clashes import overlaps
from dashboard.pages.policy_draft import RailFrame, draft_card
from dashboard.pages.policy_groups import fields_found, found_groups, section_groups
from dashboard.pages.policy_notices import policy_notices
from dashboard.pages.policy_rows import RowFrame, is_drafted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from dashboard.cards.policy_editor import FieldGroup
    from dashboard.display.policy_sections import PolicySection
    from dashboard.pages.policy_draft import RailTyped
    from dashboard.pages.policy_rows import Retyped
    from dashboard.pages.policy_scope import PolicyScope
    from governance.models import Fleet, GeneralPolicy, PolicyVersion
    from governance.selectors.policy_drafts import EffectiveField

    Fields = Mapping[str, EffectiveField]

_DONE = {
    "published": "Published: it is in force.",
    "restored": "Rolled back: what the earlier version said is in force again.",
    "proposed": "Proposed. It is in force once another admin agrees.",
    "discarded": "The draft is discarded. Nothing of it was in force.",
    "declined": "Declined. The draft stays open.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EditorView:
    """What of the policy is shown; ``since`` is when the person last read it."""

    section: str = ""
    query: str = ""
    only_changed: bool = False
    since: datetime | None = None
    done: str = ""
    kept: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EditorTyped:
    """A form of fields that was not recorded; ``problems`` are pairs of a path and a sentence."""

    problem: str
    problems: Sequence[tuple[str, str]]
    retyped: Mapping[str, Retyped]


def section_named(sections: Sequence[PolicySection], name: str) -> PolicySection:
    """Return the section by its key or by a branch of it; the first for any other word."""
    found = (each for each in sections if name == each.key or name in each.branches)
    return next(found, sections[0])


def policy_url(fleet: Fleet | None, name: str = "") -> str:
    """Return the address of a scope's page, or of a form or part of it by name."""
    ending = f"policy-{name}" if name else "policy"
    if fleet is None:
        return reverse(ending)
    return reverse(f"fleet-{ending}", kwargs={"fleet": fleet.slug})


def field_url(fleet: Fleet | None, path: str) -> str:
    """Return the address of a field on its scope's page."""
    return f"{policy_url(fleet)}?section={section_key(path)}#field-{path}"


def policy_editor(
    scope: PolicyScope,
    view: EditorView,
    *,
    typed: EditorTyped | None = None,
    rail: RailTyped | None = None,
) -> PolicyEditor:
    """Return the page of a scope as one person sees it, with whatever form was refused."""
    fields = {each.field.path: each for each in scope.fields}
    sections = sections_of(fields)
    chosen = section_named(sections, view.section)
    names = names_of(_people(scope))
    versions = versions_url(scope.fleet)
    frame = RowFrame(
        names=names,
        versions_url=versions,
        is_general=scope.fleet is None,
        is_locked=bool(scope.why_off),
        retyped=typed.retyped if typed else {},
        followers=scope.followers,
        overlaps=overlaps(scope, names),
    )
    groups, found = _shown(view, chosen, sections, fields, frame)
    is_searching = bool(view.query or view.only_changed)
    same = view_query(view, chosen.key, is_searching=is_searching)
    return PolicyEditor(
        name=scope.fleet.name if scope.fleet else "all fleets",
        fleet_slug=scope.fleet.slug if scope.fleet else "",
        seq=scope.fleet.event_seq if scope.fleet else 0,
        summary=_in_force(scope.version, names),
        reason=scope.version.reason if scope.version else "",
        drafted=_drafted(scope),
        url=policy_url(scope.fleet),
        here=_here(scope.fleet, view, chosen, is_searching=is_searching),
        change_url=f"{policy_url(scope.fleet, 'change')}?{same}",
        check_url="" if scope.why_off else policy_url(scope.fleet, "check"),
        parts_url=_parts_url(scope, view, chosen.key, is_searching=is_searching),
        versions_url=versions,
        read_at=wire_time(scope.now),
        read_time=clock_time(scope.now)[:5],
        stand=f"{scope.number} {scope.draft.pk if scope.draft else ''}",
        sections=_links(scope, sections, chosen, is_searching=is_searching),
        section=chosen.key,
        groups=groups,
        found=found,
        draft=draft_card(
            scope,
            RailFrame(
                names=names,
                url_of=lambda name: f"{policy_url(scope.fleet, name)}?{same}",
                field_url=lambda path: field_url(scope.fleet, path),
                section=chosen.key,
                typed=rail,
            ),
        ),
        scope_url=policy_url(None) if scope.fleet else "",
        scope_label="All fleets" if scope.fleet else "",
        query=view.query,
        only_changed=view.only_changed,
        is_searching=is_searching,
        notices=policy_notices(scope, view.since, names),
        said=_said(view),
        why_off=scope.why_off,
        problem=typed.problem if typed else "",
        problems=_problems(scope, typed, groups) if typed else (),
    )


def _shown(
    view: EditorView,
    chosen: PolicySection,
    sections: Sequence[PolicySection],
    fields: Fields,
    frame: RowFrame,
) -> tuple[tuple[FieldGroup, ...], str]:
    if not (view.query or view.only_changed):
        return section_groups(chosen, fields, frame), ""
    found = fields_found(fields, sections, query=view.query, only_changed=view.only_changed)
    of = f" for “{view.query}”" if view.query else ""
    changed = " that differ from the default" if view.only_changed else ""
    many = plural(len(found), "field") if found else "No field"
    return found_groups(sections, found, frame), f"{many}{of}{changed}, of {len(fields)}."


def _people(scope: PolicyScope) -> Iterator[str]:
    if scope.version is not None:
        yield from (scope.version.published_by, scope.version.agreed_by)
    yield from (each.changed_by for each in scope.fields if each.changed_by)
    if scope.draft is not None:
        yield scope.draft.created_by
        yield from (scope.draft.proposed_by, scope.draft.declined_by)
        yield from (change["by"] for change in scope.draft.changes.values())


def versions_url(fleet: Fleet | None) -> str:
    """Return the address of a scope's versions."""
    if fleet is None:
        return reverse("policy-versions")
    return reverse("fleet-policies", kwargs={"fleet": fleet.slug})


def _here(
    fleet: Fleet | None, view: EditorView, chosen: PolicySection, *, is_searching: bool
) -> str:
    return f"{policy_url(fleet)}?{view_query(view, chosen.key, is_searching=is_searching)}"


def view_query(view: EditorView, section: str, *, is_searching: bool) -> str:
    """Return the query of an address that shows the same fields."""
    if not is_searching:
        return urlencode({"section": section})
    asked = {"q": view.query} if view.query else {}
    return urlencode(asked | ({"changed": "1"} if view.only_changed else {}))


def _parts_url(scope: PolicyScope, view: EditorView, section: str, *, is_searching: bool) -> str:
    since = urlencode({"since": wire_time(view.since or scope.now)})
    same = view_query(view, section, is_searching=is_searching)
    return f"{policy_url(scope.fleet, 'parts')}?{since}&{same}"


def _links(
    scope: PolicyScope,
    sections: Sequence[PolicySection],
    chosen: PolicySection,
    *,
    is_searching: bool,
) -> tuple[SectionLink, ...]:
    moved = [section_key(each.field.path) for each in scope.fields if is_drafted(each)]
    return tuple(
        SectionLink(
            label=section.label,
            url=f"{policy_url(scope.fleet)}?section={section.key}",
            is_current=section is chosen and not is_searching,
            changes=moved.count(section.key),
        )
        for section in sections
    )


def _in_force(version: PolicyVersion | GeneralPolicy | None, names: Mapping[str, str]) -> str:
    if version is None:
        return "Nothing is set for all fleets: the defaults of the product hold."
    by, when = actor_words(version.published_by, names), day_time(version.created_at)
    agreed = f" (agreed to by {actor_words(version.agreed_by, names)})" if version.agreed_by else ""
    back = "" if version.restores is None else f" It brings policy {version.restores} back."
    return f"Policy {version.number} is in force: {by}{agreed}, {when} UTC.{back}"


def _drafted(scope: PolicyScope) -> str:
    moved = sum(is_drafted(each) for each in scope.fields)
    return f"{plural(moved, 'change')} in the draft, not in force." if moved else ""


def _said(view: EditorView) -> str:
    if view.kept:
        are = "is" if view.kept == 1 else "are"
        return f"{plural(view.kept, 'field')} {are} kept in the draft; nothing is in force yet."
    return _DONE.get(view.done, "")


def _problems(
    scope: PolicyScope, typed: EditorTyped, groups: Sequence[FieldGroup]
) -> tuple[ProblemLine, ...]:
    here = {
        row.path
        for group in groups
        for row in (*group.rows, *(cell for line in group.lines for cell in line.cells))
    }
    return tuple(
        ProblemLine(
            title=title_of(path),
            url=f"#f-{path}" if path in here else field_url(scope.fleet, path),
            sentence=sentence,
        )
        for path, sentence in typed.problems
    )
