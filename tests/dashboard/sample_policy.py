"""The policy editor with the product's own fields, as the view would fill it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from dashboard.cards.policy_editor import (
    DraftCard,
    DraftLine,
    DraftMove,
    FieldClash,
    PolicyEditor,
    ProblemLine,
    SectionLink,
)
from dashboard.display.policy_sections import sections_of
from dashboard.display.policy_titles import title_of
from dashboard.pages.policy_groups import fields_found, found_groups, section_groups
from dashboard.pages.policy_rows import Retyped, RowFrame
from governance.domain.policy.plain import policy_fields
from governance.domain.policy.scopes import Origin
from governance.selectors.policy_drafts import EffectiveField
from tests.dashboard.sample_cards import NOW

PLACE = "/f/payments-prod/policy/"
DRAFTED: dict[str, Any] = {
    "breaker.suspicion_medium": 7.5,
    "breaker.frozen_share_cap": 0.4,
    "matrix.pipeline_medium": "conservative",
}


def effective(field: Any) -> EffectiveField:
    """Return a field as a fleet has it that follows all fleets but where it drafts."""
    is_own = field.path in {*DRAFTED, "breaker.freeze_first_min"}
    plain = getattr(field.value, "value", field.value)
    return EffectiveField(
        field=field,
        default=plain,
        general=plain,
        own=plain if is_own else None,
        in_force=plain,
        origin=Origin.FLEET if is_own else Origin.DEFAULT,
        draft=DRAFTED.get(field.path),
        draft_follows=False,
        draft_by="adam" if field.path in DRAFTED else "",
        draft_at=NOW - timedelta(minutes=2) if field.path in DRAFTED else None,
        changed_in=12 if is_own else None,
        changed_by="adam" if is_own else "",
        changed_at=NOW - timedelta(days=3) if is_own else None,
    )


FIELDS = {field.path: effective(field) for field in policy_fields()}
SECTIONS = sections_of(FIELDS)
FRAME = RowFrame(
    names={"adam": "Adam Weiss"},
    versions_url="/f/payments-prod/policies/",
    is_general=False,
    is_locked=False,
)
DRAFT = DraftCard(
    base="Policy 42",
    following="policy 43",
    version=7,
    lines=tuple(
        DraftLine(path=path, title=title_of(path), url=f"{PLACE}?section=breaker#{path}", before=before, after=after, by=by, needs_second=second)
        for path, before, after, by, second in (
            ("breaker.suspicion_medium", "8 log odds", "7.5 log odds", "by you", False),
            ("breaker.frozen_share_cap", "30 %", "40 %", "by Ben Ortiz", True),
            ("matrix.pipeline_medium", "Balanced", "Conservative", "by you", False),
        )
    ),
    then="In force for every decision from that moment on.",
    needs_second="A second admin must agree, because of “Frozen share, at most”.",
    publish=DraftMove(url=f"{PLACE}publish/", label="Propose policy 43"),
    discard=DraftMove(url=f"{PLACE}discard/", label="Discard the draft"),
)  # fmt: skip
PROPOSED = replace(
    DRAFT,
    proposal="Proposed by Ben Ortiz 2 min ago. It is in force once another admin agrees.",
    proposal_reason="Refund agents freeze 9 tasks too late. \u202e<b>x</b>",
    agree=DraftMove(url=f"{PLACE}agree/", label="Agree and publish policy 43"),
    decline=DraftMove(url=f"{PLACE}decline/", label="Decline the proposal…"),
)
OWN_PROPOSAL = replace(
    PROPOSED,
    proposal="Proposed by you 2 min ago. It is in force once another admin agrees.",
    agree=DraftMove(url=f"{PLACE}agree/", label="Agree and publish policy 43", why_off="You proposed it; another admin must agree."),
    decline=DraftMove(url=f"{PLACE}decline/", label="Decline the proposal…", why_off="Take the proposal back by changing a field."),
)  # fmt: skip
NO_DRAFT = DraftCard(base="Policy 42", following="policy 43", version=0, lines=(), then="")


def editor(section: str, **fields: Any) -> PolicyEditor:
    """Return the page at a section."""
    frame = fields.pop("frame", FRAME)
    chosen = next(each for each in SECTIONS if each.key == section)
    whole: dict[str, Any] = {
        "name": "Payments",
        "fleet_slug": "payments-prod",
        "seq": 310,
        "summary": "Policy 42 is in force: Nora Berg, 17 Nov 14:02 UTC.",
        "reason": "refund season",
        "drafted": "3 changes in the draft, not in force.",
        "url": PLACE,
        "here": f"{PLACE}?section={section}",
        "change_url": f"{PLACE}change/",
        "check_url": f"{PLACE}check/",
        "parts_url": "/parts/",
        "versions_url": "/f/payments-prod/policies/",
        "scope_url": "/policy/",
        "scope_label": "All fleets",
        "read_at": "2026-11-22T12:00:00.000Z",
        "read_time": "12:00",
        "stand": "42 a",
        "sections": tuple(SectionLink(label=each.label, url=f"{PLACE}?section={each.key}", is_current=each is chosen, changes=2 if each.key == "breaker" else 0) for each in SECTIONS),
        "section": section,
        "groups": section_groups(chosen, FIELDS, frame),
        "found": "",
        "draft": DRAFT,
    }  # fmt: skip
    return PolicyEditor(**(whole | fields))


BREAKER = editor("breaker")
REFUSED = editor(
    "breaker",
    frame=replace(
        FRAME,
        retyped={
            "breaker.freeze_first_min": Retyped(text="0", follows=False, problem="Must be from 1 to 1440 minutes, got 0."),
            "breaker.least_failures": Retyped(text="5", follows=False, clash=FieldClash(said="Ben Ortiz changed this 2 min ago: 9 failures, you typed 5 failures.", mine="5 failures", theirs="9 failures", theirs_typed="9")),
        },
    ),
    problem="Not kept: 1 field cannot stay so. Nothing you typed is lost.",
    problems=(ProblemLine(title="Freeze, first", url="#f-breaker.freeze_first_min", sentence="breaker.freeze_first_min must be from 1 to 1440 minutes, got 0"),),
    notices=("Ben Ortiz changed “Frozen share, at most” 2 min ago; what you typed stays.",),
)  # fmt: skip
FOUND = fields_found(FIELDS, SECTIONS, query="freeze", only_changed=False)
POLICY_STATES = {
    **{each.key: editor(each.key) for each in SECTIONS},
    "refused": REFUSED,
    "proposed": editor("matrix", draft=PROPOSED),
    "own-proposal": editor("matrix", draft=OWN_PROPOSAL),
    "read": editor(
        "pace",
        draft=NO_DRAFT,
        frame=replace(FRAME, is_locked=True),
        why_off="Only an admin may change the policy; you are a reviewer.",
    ),
    "found": editor(
        "trust",
        query="freeze",
        is_searching=True,
        found="9 fields for “freeze”, of 217.",
        groups=found_groups(SECTIONS, FOUND, FRAME),
    ),
    "general": editor(
        "audits",
        name="all fleets",
        fleet_slug="",
        frame=replace(FRAME, is_general=True, followers={"audits.open_most": "Of 3 fleets, Payments has its own."}),
        said="2 fields are kept in the draft; nothing is in force yet.",
    ),
}  # fmt: skip
