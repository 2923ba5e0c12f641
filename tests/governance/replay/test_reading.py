from __future__ import annotations

import json
from pathlib import Path

import pytest

from governance.files.reading import Refused, UnreadableFileError, rows_read
from governance.replay.rows import OUTCOMES, ReplayRow
from tests.governance.replay.files import HEADER, NOON, at, read

GOOD = f"t1,bot,{at()},success"


def reasons(path: Path, content: str | bytes) -> list[tuple[int, str]]:
    return [(line, row.reason) for line, row in read(path, content) if isinstance(row, Refused)]


def rows(path: Path, content: str | bytes) -> list[ReplayRow]:
    return [row for _, row in read(path, content) if isinstance(row, ReplayRow)]


def test_csv_gives_its_rows_with_their_lines(tmp_path: Path) -> None:
    (line, row), *rest = read(tmp_path / "h.csv", f"{HEADER}\n{GOOD}\n")

    assert (line, rest) == (2, [])
    assert isinstance(row, ReplayRow)
    assert (row.task_id, row.agent, row.finished_at, row.result) == ("t1", "bot", NOON, "success")


def test_json_lines_give_the_same_rows_as_csv(tmp_path: Path) -> None:
    plain = {"task_id": "t1", "agent": "bot", "finished_at": at(), "result": "success"}
    columns = {"cost_usd": "1.5", "level": "HIGH", "verified": True, "requested_by": None}

    from_json = rows(tmp_path / "h", json.dumps({**plain, **columns}) + "\n\n")
    header = f"{HEADER},cost_usd,level,verified,requested_by"
    from_csv = rows(tmp_path / "c", f"{header}\n{GOOD},1.5,HIGH,true,\n")

    assert from_json == from_csv
    assert from_csv[0].cost_usd == 1.5


def test_columns_may_come_in_any_order_and_unknown_ones_are_ignored(tmp_path: Path) -> None:
    content = f"mood,result,finished_at,agent,task_id\nsunny,failure,{at()},bot,t1\n"

    assert [row.result for row in rows(tmp_path / "h.csv", content)] == ["failure"]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    assert len(rows(tmp_path / "h.csv", f"\ufeff{HEADER}\r\n{GOOD}\r\n")) == 1
    line = json.dumps({"task_id": "t", "agent": "b", "finished_at": at(), "result": "success"})
    assert len(rows(tmp_path / "h.jsonl", f"\ufeff{line}\r\n")) == 1


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f"t2,bot,{at()}", "has 3 columns, the header has 4"),
        (f",bot,{at()},success", "task_id is missing"),
        (
            f"t2,bot,{at()},done",
            "result must be success, partial, failure, cancelled, child_frozen, dependency_down, "
            "denied, got 'done'",
        ),
        (
            "t2,bot,2026-03-02T12:00:00,success",
            "finished_at must be a time with a zone, such as 2026-03-02T12:00:00Z, "
            "got '2026-03-02T12:00:00'",
        ),
        (
            "t2,bot,yesterday,success",
            "finished_at must be a time with a zone, such as 2026-03-02T12:00:00Z, got 'yesterday'",
        ),
    ],
)
def test_a_bad_line_is_told_and_the_others_stay(tmp_path: Path, line: str, reason: str) -> None:
    content = f"{HEADER}\n{GOOD}\n{line}\nt3,bot,{at()},failure\n"

    assert reasons(tmp_path / "h.csv", content) == [(3, reason)]
    assert [row.task_id for row in rows(tmp_path / "h.csv", content)] == ["t1", "t3"]


@pytest.mark.parametrize(
    ("cost", "reason"),
    [
        ("-1", "cost_usd: expected float >= 0.0, got '-1'"),
        ("nan", "cost_usd: expected float >= 0.0, got 'nan'"),
        ("inf", "cost_usd: expected float < 100000000000000.0, got 'inf'"),
        ("cheap", "cost_usd: expected float | null, got str, got 'cheap'"),
    ],
)
def test_an_amount_that_is_none_is_told(tmp_path: Path, cost: str, reason: str) -> None:
    content = f"{HEADER},cost_usd\n{GOOD},{cost}\n"

    assert reasons(tmp_path / "h.csv", content) == [(2, reason)]


def test_json_that_is_none_is_told_with_its_line(tmp_path: Path) -> None:
    good = json.dumps({"task_id": "t", "agent": "b", "finished_at": at(), "result": "success"})

    found = reasons(tmp_path / "h.jsonl", f'{good}\n{{"task_id": \n[1]\n{good}\n')

    assert [line for line, _ in found] == [2, 3]
    assert found[1][1] == "expected object, got array"


def test_bytes_that_are_no_utf_8_lose_their_row_only(tmp_path: Path) -> None:
    json_rows = read(tmp_path / "h.jsonl", b'{"task_id": "t", "agent": "\xff"}\n')

    assert isinstance(json_rows[0][1], Refused)


def test_an_overlong_field_loses_its_row_only(tmp_path: Path) -> None:
    content = f"{HEADER}\n{'x' * 200_000},bot,{at()},success\n{GOOD}\n"

    assert [line for line, _ in reasons(tmp_path / "h.csv", content)] == [2]
    assert len(rows(tmp_path / "h.csv", content)) == 1


def test_a_quoted_line_break_keeps_the_lines_counted(tmp_path: Path) -> None:
    content = f'{HEADER},note\n{GOOD},"two\nlines"\nt2,bot,never,success,\n'

    assert [line for line, _ in reasons(tmp_path / "h.csv", content)] == [4]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        ("task_id,agent\n", "lacks the columns finished_at, result"),
        (f"{HEADER},agent\n", "has the columns agent twice"),
    ],
)
def test_a_file_that_holds_no_outcomes_is_refused(
    tmp_path: Path, content: str, message: str
) -> None:
    with pytest.raises(UnreadableFileError, match=message):
        read(tmp_path / "h.csv", content)


def test_progress_is_told_in_bytes(tmp_path: Path) -> None:
    path, told = tmp_path / "h.csv", list[int]()
    path.write_text(HEADER + "\n" + "".join(f"t{n},bot,{at()},success\n" for n in range(20_000)))

    list(rows_read(path, OUTCOMES, told=told.append))

    assert 0 < told[0] <= path.stat().st_size
