"""Evidence of every kind, for properties of score and tier."""

from __future__ import annotations

from hypothesis import strategies as st

from governance.domain.evidence import Evidence


@st.composite
def evidences(draw: st.DrawFn) -> Evidence:
    """Draw evidence as outcomes could have left it."""
    weight = draw(st.floats(0, 100))
    share = st.floats(0, 1)
    budget, consistency = weight * draw(share), weight * draw(share)
    return Evidence(
        weight,
        weight * draw(share),
        weight * draw(st.floats(0.005, 0.9)),
        budget,
        budget * draw(share),
        consistency,
        consistency * draw(share),
    )
