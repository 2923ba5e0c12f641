"""What the documents say of the evidence is what the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashboard.pages.evidence_claims import CLAIMS, SOURCE, Claim
from dashboard.pages.evidence_fields import ABOUT, MARKS
from dashboard.pages.evidence_found import AGENT_DAYS_LEAST
from dashboard.pages.evidence_lines import not_enough
from dashboard.views.evidence import USUAL
from governance.domain.measures import LEAST
from governance.domain.policy import policy_fields
from governance.domain.policy.fields import Provenance
from governance.selectors.evidence import AROUND, FROZEN_MOST, OUTCOMES_MOST
from governance.selectors.evidence_money import AFTER, INTERACTIONS_MOST

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = " ".join((ROOT / "docs" / "evidence.md").read_text("utf-8").split())
# Each claim with every figure that was recomputed or measured again for it.
FIGURES = {
    "tiers": ("0.85", "0.50", "at least 20 outcomes", "10 for medium"),
    "matrix": ("146 runs", "No study was found", "high and medium trust are identical", "“fix”"),
    "runs": ("146 is the number of result folders", "43", "27", "were not found"),
    "breakers": (
        "81 %", "11 %", "d = 1.64", "10 runs against 10", "p = .08", "no effect",
        "+30 % welfare with 1 bad agent of 8", "+86 % welfare and −12.5 % toxicity with 2 of 8",
        "0 with none", "70 to 92 %", "bad agents must be there",
    ),
    "thresholds": (
        "At .7 (balanced) and .9 (aggressive) the breaker never fired in six scenarios",
        ".5 is the best supported", ".3 freezes the innocent",
    ),
    "dominance": ("p = .64", "Audits and staking showed no effect", "Staking is not built"),
    "colluders": ("137 times", "121 times", "1.4 times more with monitoring on"),
    "tax": ("5 %", "1.07 % for each point of tax", "There is no threshold", "2, 5 and 10 %"),
}  # fmt: skip


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.key)
def test_every_claim_stands_in_the_document_as_on_the_page(claim: Claim) -> None:
    row = f"| {claim.said} | {claim.mark.label} | {claim.holds} | {claim.does} |"

    assert row in DOCUMENT
    assert "—" not in row


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.key)
def test_every_claim_carries_the_figures_that_were_found(claim: Claim) -> None:
    said = f"{claim.said} {claim.holds} {claim.does}"

    assert [figure for figure in FIGURES[claim.key] if figure not in said] == []


def test_the_document_says_where_the_figures_are_from() -> None:
    assert SOURCE in DOCUMENT
    assert {claim.key for claim in CLAIMS} == set(FIGURES)


@pytest.mark.parametrize("label", Provenance)
def test_every_label_is_explained(label: Provenance) -> None:
    assert f"| {MARKS[label].label} | {ABOUT[label]} |" in DOCUMENT


def test_the_limits_of_the_figures_are_those_of_the_document() -> None:
    assert f"Under {LEAST} cases, or {AGENT_DAYS_LEAST} agent-days" in DOCUMENT
    assert f"`{not_enough(6, LEAST)}`" in DOCUMENT
    assert f"the last {USUAL.removesuffix('d')} days" in DOCUMENT
    assert f"the newest {OUTCOMES_MOST:,} outcomes" in DOCUMENT
    assert f"{AROUND.days} whole days before and after" in DOCUMENT
    assert f"at most {FROZEN_MOST} of them" in DOCUMENT
    assert f"compared {AFTER.days} days after" in DOCUMENT
    assert f"the newest {INTERACTIONS_MOST:,} interactions" in DOCUMENT


NAMED = re.compile(r"[\w./-]+\.(?:md|py)\b")
OF_A_SECTION = re.compile(r"docs/(\w+)\.md, ([A-Z][a-z ]+?)(?:: ([^;]*))?(?:;|$)")
FIGURE = re.compile(r"\d[\d,.]*\d|\d")
REFERENCES = {each.path: each.reference for each in policy_fields()}


def section_of(file: str, title: str) -> str:
    text = (ROOT / "docs" / f"{file}.md").read_text("utf-8")
    _, found, rest = text.partition(f"# {title}\n")
    return found and rest.split("\n#", 1)[0]


@pytest.mark.parametrize("path", REFERENCES)
def test_what_stands_behind_a_default_is_in_the_tree_with_its_figures(path: str) -> None:
    reference = REFERENCES[path]
    files = NAMED.findall(reference)
    lacking = [
        (title, figure)
        for file, title, said in OF_A_SECTION.findall(reference)
        for figure in ("", *FIGURE.findall(said))
        if not (section := section_of(file, title)) or figure not in section
    ]

    assert reference
    assert [name for name in files if not (ROOT / name).is_file()] == []
    assert lacking == []


def test_no_line_of_code_names_a_document_that_is_not_in_the_tree() -> None:
    known = {path.name for folder in (ROOT, ROOT / "docs") for path in folder.glob("*.md")}
    files = [
        each
        for folder in ("config", "dashboard", "escalations", "governance", "tests")
        for each in (ROOT / folder).rglob("*.py")
    ]
    lost = {
        (each.name, name)
        for each in files
        for name in re.findall(r"[\w./-]*\w\.md\b", each.read_text("utf-8"))
        if name not in known and not (ROOT / name).is_file()
    }

    assert len(files) > 1000
    assert lost == set()
