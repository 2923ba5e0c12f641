"""Every field of the policy by what stands behind its default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards.evidence import ProvenanceField, ProvenanceGroup
from dashboard.display.policy_values import value_words
from dashboard.display.wording import Mark
from governance.domain.policy import policy_fields
from governance.domain.policy.fields import Provenance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from governance.domain.policy import Policy
    from governance.domain.policy.plain import PolicyField

MARKS: Mapping[Provenance, Mark] = {
    Provenance.MEASURED: Mark("Measured", "check", "good"),
    Provenance.INHERITED: Mark("Inherited", "undo"),
    Provenance.STANDARD: Mark("Standard", "book", "line"),
    Provenance.CHOICE: Mark("Choice", "slide", "line"),
}
ABOUT: Mapping[Provenance, str] = {
    Provenance.MEASURED: "A measurement stands behind the default, on generated fleets.",
    Provenance.INHERITED: "From the original profiles, kept because people know them.",
    Provenance.STANDARD: "From a published standard or a well-known system.",
    Provenance.CHOICE: "Ours, with no figure behind it: to be tuned.",
}


def provenance_groups(slug: str, policy: Policy) -> tuple[ProvenanceGroup, ...]:
    """Return all fields of the policy in force, grouped by label, in the order of the tree."""
    found = policy_fields(policy)
    return tuple(
        ProvenanceGroup(
            key=label.value,
            mark=MARKS[label],
            about=ABOUT[label],
            fields=tuple(_field(slug, each) for each in found if each.provenance is label),
        )
        for label in Provenance
    )


def field_anchor(path: str) -> str:
    """Return the id of a field on this page and in the editor."""
    return f"field-{path}"


def _field(slug: str, found: PolicyField) -> ProvenanceField:
    return ProvenanceField(
        path=found.path,
        anchor=field_anchor(found.path),
        meaning=found.meaning,
        value=value_words(found.value, found.unit),
        default=value_words(found.default, found.unit),
        reference=found.reference,
        url=_editor_url(slug, found.path),
    )


def _editor_url(slug: str, path: str) -> str:
    editor = reverse("fleet-policy", kwargs={"fleet": slug})
    return f"{editor}?section={path.partition('.')[0]}#{field_anchor(path)}"
