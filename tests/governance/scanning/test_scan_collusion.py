from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from governance.files.reading import Refused, rows_read
from governance.scanning.loading import Recorded
from governance.scanning.rows import INTERACTIONS, InteractionRow, RatingRow
from tests.governance.domain.collusion.fleets import Fleet

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
COLUMNS = "id,occurred_at,initiator,counterparty,value_usd,rating,verified_quality,accepted"


def row(number: int, initiator: str = "ann", counterparty: str = "bob", **said: Any) -> Any:
    return InteractionRow(
        id=f"i-{number}",
        occurred_at=NOON,
        initiator=initiator,
        counterparty=counterparty,
        **said,
    )


def loaded(*rows: InteractionRow | Refused) -> tuple[Recorded, list[Refused]]:
    recorded = Recorded()
    return recorded, recorded.load(enumerate(rows, 1))


@pytest.fixture
def boosting(tmp_path: Path) -> Path:
    """Write the file of a fleet in which agents 2, 20 and 41 boost each other."""
    work = Fleet(3).honest().boosting(2, 20, 41).work()
    path = tmp_path / "interactions.csv"
    with path.open("w", newline="") as file:
        written = csv.writer(file)
        written.writerow(COLUMNS.split(","))
        for place in range(len(work)):
            written.writerow(
                [
                    f"i-{place}",
                    datetime.fromtimestamp(work.at_s[place], UTC).isoformat(),
                    f"agent-{work.initiator[place]}",
                    f"agent-{work.counterparty[place]}",
                    work.value_usd[place],
                    *(
                        "" if np.isnan(value) else value
                        for value in (work.rating[place], work.verified[place])
                    ),
                    "true" if work.accepted[place] else "false",
                ]
            )
    return path


def scanned(path: Path, *options: str) -> tuple[str, dict[str, Any]]:
    out, told = path.parent / "out.json", StringIO()
    call_command("scan_collusion", str(path), "--json", str(out), *options, stdout=told)
    return told.getvalue(), json.loads(out.read_text("utf-8"))


def test_a_ring_is_told_to_people_and_to_programs(boosting: Path) -> None:
    said, plain = scanned(boosting)

    (ring,) = plain["rings"]
    assert set(ring["members"]) == {"agent-2", "agent-20", "agent-41"}
    assert "Rings     1: 1 " in said
    assert ring["evidence"][0] in said
    flagged = {each["agent"] for each in plain["agents"] if each["flagged"]}
    assert flagged == set(ring["members"])
    assert {each["agent"] for each in plain["agents"][:3]} == flagged
    assert {pair["kind"] for pair in plain["pairs"] if pair["flagged"]} <= {"tie", "triangle"}
    assert plain["fields_used"] == ["value_usd", "rating", "verified_quality", "accepted"]
    assert plain["fields_missing"] == [
        "No payoffs: joint benefit at normal quality cannot be seen."
    ]


def test_bad_rows_are_named_and_the_rest_goes_on(boosting: Path) -> None:
    with boosting.open("a") as file:
        file.write("i-0,2026-03-02T12:00:00Z,a,b,,,,\n")
        file.write("x-1,2026-03-02T12:00:00Z,a,a,,,,\n")
        file.write("x-2,2026-03-02T12:00:00Z,a,b,,,1.5,\n")

    _, plain = scanned(boosting)

    assert plain["rows"]["rejected"] == 3
    reasons = [row["reason"] for row in plain["rejected_rows"]]
    assert reasons[0].startswith("id i-0 has an interaction already, in line 2")
    assert reasons[1] == "counterparty must be another agent, got 'a' twice"
    assert reasons[2] == "verified_quality must be a number from 0 to 1, got '1.5'"
    assert len(plain["rings"]) == 1


def test_a_policy_and_ratings_may_come_beside(boosting: Path) -> None:
    policy = boosting.parent / "policy.json"
    policy.write_text('{"collusion": {"margin_over_rated": 0.5, "margin_favoured": 0.5}}')
    ratings = boosting.parent / "ratings.jsonl"
    ratings.write_text(
        '{"occurred_at": "2026-03-02T12:00:00Z", "rater": "eve", "target": "agent-2",'
        ' "item": "x", "score": 0.4}\n'
    )

    said, plain = scanned(boosting, "--policy", str(policy), "--ratings", str(ratings))

    assert plain["rings"] == []
    assert "eve" in {each["agent"] for each in plain["agents"]}
    assert "Rings     0\n" in said


def test_a_file_that_is_not_there_or_not_readable_is_named(tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_text("")

    with pytest.raises(CommandError, match="No such file"):
        call_command("scan_collusion", str(tmp_path / "none.csv"))
    with pytest.raises(CommandError, match="is empty"):
        call_command("scan_collusion", str(empty))


def test_of_two_files_each_refused_row_names_its_own(boosting: Path) -> None:
    with boosting.open("a") as file:
        file.write("i-x,2026-03-02T12:00:00Z,ann,bob,-5,,,\n")
    ratings = boosting.parent / "ratings.csv"
    ratings.write_text("occurred_at,rater,target,item,score\n2026-03-02T12:00:00Z,,bob,x,1\n")
    told = StringIO()
    out = boosting.parent / "out.json"

    call_command(
        "scan_collusion", str(boosting), "--ratings", str(ratings), "--json", str(out),
        stdout=StringIO(), stderr=told,
    )  # fmt: skip

    plain = json.loads(out.read_text("utf-8"))
    first, second = plain["rejected_rows"]
    assert (first["file"], first["reason"]) == (
        "interactions.csv",
        "value_usd must be dollars from 0 to below 100 trillion, got '-5'",
    )
    assert (second["file"], second["line"], second["reason"]) == (
        "ratings.csv",
        2,
        "rater is missing",
    )
    assert f"interactions.csv, line {first['line']}: value_usd must be" in told.getvalue()


def test_a_folder_that_is_not_there_is_refused_before_the_scan(boosting: Path) -> None:
    out = boosting.parent / "nowhere" / "out.json"

    with pytest.raises(CommandError, match=r"--json: there is no folder .*nowhere"):
        call_command("scan_collusion", str(boosting), "--json", str(out))


def test_what_is_not_said_is_not_there() -> None:
    recorded, refused = loaded(row(1, rating=0.5), row(2, verified_quality=0.25, accepted=True))

    work = recorded.interactions()

    assert refused == []
    assert np.isnan(work.rating).tolist() == [False, True]
    assert work.verified.tolist()[1] == 0.25
    assert work.accepted.tolist()[1] == 1.0
    assert work.value_usd.tolist() == [0.0, 0.0]


def test_ratings_on_another_scale_are_brought_to_one_from_0_to_1() -> None:
    recorded, _ = loaded(row(1, rating=1), row(2, rating=3), row(3, rating=5))

    assert recorded.interactions().rating.tolist() == [0.0, 0.5, 1.0]


def test_two_files_of_ratings_keep_a_scale_each() -> None:
    # Shares of 1 beside stars from 1 to 5: together .5 would be an eighth, and 5 all there is.
    recorded, _ = loaded(row(1, rating=0.5), row(2, rating=1.0))
    stars = [
        RatingRow(occurred_at=NOON, rater="eve", target="ann", item="x", score=score)
        for score in (1.0, 3.0, 5.0)
    ]

    recorded.load_ratings(enumerate(stars, 1))

    assert recorded.interactions().rating.tolist() == [0.5, 1.0, 0.0, 0.5, 1.0]


def test_stars_of_interactions_leave_shares_of_items_as_they_are() -> None:
    recorded, _ = loaded(row(1, rating=1), row(2, rating=5), row(3))
    share = RatingRow(occurred_at=NOON, rater="eve", target="ann", item="x", score=0.25)

    recorded.load_ratings([(1, share)])

    rating = recorded.interactions().rating.tolist()
    assert (rating[:2], rating[3:]) == ([0.0, 1.0], [0.25])


def test_ratings_that_are_all_alike_say_nothing() -> None:
    recorded, _ = loaded(row(1, rating=5), row(2, rating=5))

    assert recorded.interactions().rating.tolist() == [0.5, 0.5]


def test_both_payoffs_add_up_and_one_alone_counts_for_nothing() -> None:
    recorded, _ = loaded(
        row(1, payoff_initiator=1.5, payoff_counterparty=-0.5), row(2, payoff_initiator=1.0)
    )

    assert recorded.interactions().payoff.tolist()[0] == 1.0
    assert np.isnan(recorded.interactions().payoff[1])


def test_a_team_is_everybody_who_was_declared_in_it() -> None:
    recorded, _ = loaded(row(1, team="red"), row(2, "bob", "cy", team="red"), row(3, "cy", "dan"))

    assert recorded.agents == ["ann", "bob", "cy", "dan"]
    assert recorded.teams == [frozenset({0, 1, 2})]


def test_nobody_rates_an_item_of_its_own() -> None:
    recorded = Recorded()
    rating = RatingRow(occurred_at=NOON, rater="ann", target="ann", item="x", score=1)

    (refused,) = recorded.load_ratings([(7, rating)])

    assert (refused.line, refused.reason) == (7, "target must be another agent, got 'ann' twice")
    assert len(recorded) == 0


def test_a_row_that_was_refused_leaves_its_id_to_a_good_one() -> None:
    recorded, refused = loaded(row(1, "ann", "ann"), row(1, "ann", "bob"))

    assert [each.line for each in refused] == [1]
    assert len(recorded) == 1


def test_an_id_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bytes.csv"
    path.write_bytes(COLUMNS.encode() + b"\n\xff,2026-03-02T12:00:00Z,a,b,,,,\n")

    (refused,) = Recorded().load(rows_read(path, INTERACTIONS, told=lambda _: None))

    assert refused.reason == "an id or a name is not UTF-8"


def test_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bytes.csv"
    path.write_bytes(COLUMNS.encode() + b"\nx-1,2026-03-02T12:00:00Z,\xff,b,,,,\n")

    recorded = Recorded()
    (refused,) = recorded.load(rows_read(path, INTERACTIONS, told=lambda _: None))

    assert refused.reason == "an id or a name is not UTF-8"


def test_a_file_of_which_every_row_is_rejected_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"id": "i-1"\n{"id": "i-2"}\n')

    with pytest.raises(CommandError, match="all 2 rows were rejected, so nothing was scanned"):
        call_command("scan_collusion", str(path))


def test_a_line_that_is_no_json_is_said_to_be_so(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"id": "i-1", }\n')

    ((_, refused),) = rows_read(path, INTERACTIONS, told=lambda _: None)

    assert isinstance(refused, Refused)
    assert refused.reason.startswith("JSON is malformed")
