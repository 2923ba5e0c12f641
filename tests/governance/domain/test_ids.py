from __future__ import annotations

from governance.domain.ids import id_new


def test_ids_are_version_7_and_sort_in_the_order_they_were_made() -> None:
    made = [id_new() for _ in range(1000)]

    assert {one.version for one in made} == {7}
    assert sorted(made) == made
    assert len(set(made)) == 1000
