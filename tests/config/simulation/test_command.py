from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from config.simulation.access import AccessError, access_read


def test_one_key_as_text_serves_for_everything(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("cs_a_b\n")

    access = access_read(path)

    assert (access.key("staging"), access.key("registry")) == ("cs_a_b", "cs_a_b")


def test_the_demos_file_gives_a_key_for_each_purpose(tmp_path: Path) -> None:
    path = tmp_path / "demo.json"
    kept = {
        "key": "cs_shop_x",
        "fleet": "shop-2",
        "keys": {"production": "cs_p_x", "desk": "cs_d_x"},
        "passwords": {"rita": "word"},
    }
    path.write_text(json.dumps(kept))

    access = access_read(path)

    assert (access.key("desk"), access.key("sandbox")) == ("cs_d_x", "cs_p_x")
    assert (access.fleet, access.passwords) == ("shop-2", {"rita": "word"})


@pytest.mark.parametrize("text", ["", "{}", "csp_a_b", "[]", '"cs_a_b"'])
def test_a_file_without_a_key_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "key"
    path.write_text(text)

    with pytest.raises(AccessError, match="holds no key of the form"):
        access_read(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="name a file with --key-file"):
        call_command("simulate", key_file=tmp_path / "none")


@pytest.mark.parametrize("pace", ["0", "-1", "nan", "inf", "fast"])
def test_a_pace_that_is_none_names_what_is_allowed(pace: str) -> None:
    with pytest.raises(CommandError, match=f"--pace: must be above 0, at most 1000, got '{pace}'"):
        call_command("simulate", f"--pace={pace}")


@pytest.mark.parametrize("days", ["-1", "31"])
def test_history_is_loaded_for_thirty_days_at_most(days: str) -> None:
    with pytest.raises(CommandError, match=f"--history-days: must be 0 to 30, got '{days}'"):
        call_command("simulate", f"--history-days={days}")


def test_people_decide_by_themselves_only_where_they_are_known(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("cs_a_b")

    with pytest.raises(CommandError, match="names no people who could decide"):
        call_command("simulate", key_file=path, reviewer=True)
