"""What docs/people.md says of signing in is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from allauth.mfa import app_settings
from django.urls import reverse

from config.env_sign_in import sign_in_read
from escalations.domain.reset_text import GOOD_FOR_MIN
from escalations.services import reset_asking
from governance.domain.one_time_codes import DIGITS, STEP_S, STEPS_OFF
from governance.events import REGISTRY, sign_in

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = (ROOT / "docs" / "people.md").read_text("utf-8")
SECTION = " ".join(PEOPLE.split("## Signing in\n", 1)[1].split("\n## ", 1)[0].split())


def test_the_limits_are_the_defaults() -> None:
    found = sign_in_read({}, plain_here=False)

    assert f"After `SIGN_IN_FAILURES` ({found.failures_most}) wrong" in SECTION
    assert f"for `SIGN_IN_LOCK_MIN` ({found.lock_min}) minutes" in SECTION
    assert f"`SIGN_IN_NAME_FAILURES` ({found.name_failures_most}) from all" in SECTION


def test_the_codes_are_those_of_the_code() -> None:
    assert f"the code of {DIGITS} digits that an authenticator app shows for {STEP_S} s" in SECTION
    assert STEPS_OFF == 1
    assert f"one step of {STEP_S} s early or late at most" in SECTION
    assert f"gives {app_settings.RECOVERY_CODE_COUNT} recovery codes" in SECTION
    assert f"good for {GOOD_FOR_MIN} min and for once" in SECTION
    assert (
        f"within {reset_asking.WINDOW_S // 60} min at most {reset_asking.FOR_MAIL_MOST} mails"
        in SECTION
    )
    assert f"and {reset_asking.FROM_ADDRESS_MOST} from one place" in SECTION


def test_the_addresses_and_commands_are_there() -> None:
    assert f"`{reverse('sign-in')}`" in SECTION
    assert f"`{reverse('security')}`" in SECTION
    command = ROOT / "governance" / "management" / "commands" / "reset_second_factor.py"
    assert command.is_file()


def test_every_event_of_signing_in_is_named() -> None:
    told = set(re.findall(r"`(person\.\w+)`", SECTION))

    assert told == {name for name, kind in REGISTRY.items() if kind.__module__ == sign_in.__name__}
