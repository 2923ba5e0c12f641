from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail

from governance.domain.types import Role
from governance.models import Event, Invitation, Membership, StoredAnswer
from governance.selectors.people import membership_role
from governance.services.fleets import membership_set
from tests.dashboard.sheets import lines

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

    from dashboard.cards.people import MemberLine
    from tests.dashboard.people import ClientOf, People

PAGE = "/f/shop/people/"
MOVE = f"{PAGE}move/"
INVITE = f"{PAGE}invite/"
EMAIL = "nina@shop.example"


def card(client: Any) -> Any:
    return client.get(PAGE).context["people"]


def line_of(page: Any, username: str) -> MemberLine:
    found: MemberLine = next(each for each in page.members if each.username == username)
    return found


def typed(username: str = "rita", **changed: str) -> dict[str, str]:
    return {
        "username": username,
        "seen": "reviewer",
        "role": "manager",
        "reason": "Takes over the shift.",
        "control": "change",
        "idempotency_key": "key-1",
        **changed,
    }


def role_of(people: People, username: str = "rita") -> Role | None:
    return membership_role(user=getattr(people, username), fleet=people.fleet)


def test_members_read_who_is_there_without_addresses(people: People, client_of: ClientOf) -> None:
    people.mona.email = "mona@shop.example"
    people.mona.save()

    seen, by_admin = card(client_of(people.rita)), card(client_of(people.adam))

    assert [each.username for each in seen.members] == ["adam", "lena", "mona", "rita"]
    assert "mona@shop.example" not in client_of(people.rita).get(PAGE).content.decode()
    assert line_of(by_admin, "mona").email == "mona@shop.example"
    assert line_of(seen, "rita").is_reader
    assert (line_of(seen, "mona").role.label, line_of(seen, "mona").form) == ("Manager", None)


def test_a_reviewer_is_told_why_they_manage_nobody(people: People, client_of: ClientOf) -> None:
    page = card(client_of(people.rita))
    answer = client_of(people.rita).post(MOVE, typed("mona", seen="manager", role="reviewer"))
    invited = client_of(people.rita).post(INVITE, {"email": EMAIL, "role": "admin"})

    assert page.invite.why_not.startswith("Only an admin may add people and change their roles")
    assert page.invitations is None
    assert (answer.status_code, invited.status_code) == (403, 403)
    assert (role_of(people, "mona"), Invitation.objects.count()) == (Role.MANAGER, 0)


def test_an_admin_is_warned_of_what_a_removal_leaves_behind(
    people: People, client_of: ClientOf
) -> None:
    page: Any = client_of(people.adam).get(PAGE).context["people"]
    left = {line.username: line.form.left for line in page.members}
    Membership.objects.exclude(user__username__in=["adam", "rita"]).delete()
    alone: Any = client_of(people.adam).get(PAGE).context["people"]

    assert (left["adam"], left["rita"]) == ("", "")
    assert left["mona"] == ("Removed or deactivated, Mona Lind leaves the fleet without a manager.")
    assert [line.form.left for line in alone.members if line.username == "rita"] == [
        "Removed or deactivated, Rita Okafor leaves you alone: nobody decides the tickets of agents"
        " you own."
    ]


def test_an_admin_changes_a_role_once(people: People, client_of: ClientOf) -> None:
    client = client_of(people.adam)

    first, again = client.post(MOVE, typed()), client.post(MOVE, typed())

    assert (first.status_code, first["Location"], again.status_code) == (302, PAGE, 302)
    assert role_of(people) is Role.MANAGER
    told = Event.objects.filter(name="membership.changed").latest("seq")
    assert (told.actor, told.payload["reason"]) == ("adam", "Takes over the shift.")


def test_what_was_refused_stands_in_its_form(people: People, client_of: ClientOf) -> None:
    answer = client_of(people.adam).post(MOVE, typed(reason=" "))

    form = line_of(answer.context["people"], "rita").form
    assert answer.status_code == 422
    assert form is not None
    assert (form.wrong, form.problem) == (
        "reason",
        "Not recorded. Say why; the log shows it to every member.",
    )
    assert dict(form.roles)["manager"]


def test_a_role_changed_meanwhile_is_said(people: People, client_of: ClientOf) -> None:
    membership_set(fleet=people.fleet, user=people.rita, role=Role.ADMIN, actor="adam")

    answer = client_of(people.adam).post(MOVE, typed())

    assert answer.status_code == 409
    assert b"Rita Okafor is an admin by now; the page showed a reviewer" in answer.content


def test_a_removed_member_is_no_longer_there(people: People, client_of: ClientOf) -> None:
    client = client_of(people.adam)

    answer = client.post(MOVE, typed(control="remove"))
    again = client.post(MOVE, typed(control="remove", idempotency_key="key-2"))

    assert (answer.status_code, again.status_code) == (302, 409)
    assert b"rita is no member of Shop" in again.content
    assert client_of(people.rita).get(PAGE).status_code == 404


def test_a_deactivated_member_is_signed_out(people: People, client_of: ClientOf) -> None:
    rita = client_of(people.rita)

    client_of(people.adam).post(MOVE, typed(control="deactivate"))

    assert rita.get(PAGE).status_code == 302


@pytest.mark.parametrize("control", ["change", "remove", "deactivate"])
def test_the_last_admin_stays_on_screen_and_in_fact(
    people: People, client_of: ClientOf, control: str
) -> None:
    client = client_of(people.adam)
    form = line_of(card(client), "adam").form

    answer = client.post(MOVE, typed("adam", seen="admin", control=control))

    rule = "Adam Weiss is the last admin of shop; name another one first."
    assert form is not None
    free = {"forgive", "second-factor"}
    barred = {each.name: each.why_not for each in form.moves if each.name not in free}
    assert barred == {"change": rule, "remove": rule, "deactivate": rule}
    assert answer.status_code in {403, 409}
    assert (role_of(people, "adam"), people.adam.is_active) == (Role.ADMIN, True)


@pytest.mark.parametrize(
    "changed",
    [{"control": "promote"}, {"role": "boss"}, {"seen": ""}, {"reason": "a\x00b"}],
)
def test_a_form_nobody_drew_is_refused_by_its_field(
    people: People, client_of: ClientOf, changed: dict[str, str]
) -> None:
    answer = client_of(people.adam).post(
        MOVE, typed(**changed), headers={"Accept": "application/json"}
    )

    assert answer.status_code == 422
    assert answer.json()["field"] == next(iter(changed))


def test_the_link_is_shown_once_and_kept_nowhere(
    people: People, client_of: ClientOf, settings: Settings
) -> None:
    settings.EMAIL_HOST = ""
    client = client_of(people.adam)

    answer = client.post(INVITE, {"email": EMAIL, "role": "manager"})
    again = client.post(INVITE, {"email": EMAIL, "role": "manager"})

    link = answer.context["people"].link
    token = link.link.removeprefix("http://testserver/invitation/").strip("/")
    assert (answer.status_code, len(token), link.is_mailed) == (200, 43, False)
    assert "hand the link over yourself" in link.mailed
    assert (again.status_code, token in again.content.decode()) == (409, False)
    assert token not in client.get(PAGE).content.decode()
    assert token not in str(list(StoredAnswer.objects.values()))
    assert token not in str(list(Event.objects.values()))
    assert mail.outbox == []


def test_an_invitation_is_mailed_where_mail_is_set_up(
    people: People, client_of: ClientOf, settings: Settings
) -> None:
    settings.EMAIL_HOST, settings.CONSOLE_URL = "mail.example", "https://console.example"

    answer = client_of(people.adam).post(
        INVITE, {"email": EMAIL, "role": "reviewer"}, headers={"Host": "localhost"}
    )

    (sent,) = mail.outbox
    assert answer.context["people"].link.is_mailed
    assert sent.to == [EMAIL]
    assert sent.subject == "Adam Weiss invites you to Shop on Countersign"
    assert "https://console.example/invitation/" in str(sent.body)
    assert "works once and ends on" in str(sent.body)


def test_a_mail_that_is_not_taken_is_said_and_the_link_stays(
    people: People, client_of: ClientOf, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object, **__: object) -> None:
        raise OSError("no route to host")

    settings.EMAIL_HOST = "mail.example"
    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", down)

    link = (
        client_of(people.adam)
        .post(INVITE, {"email": EMAIL, "role": "reviewer"})
        .context["people"]
        .link
    )

    assert not link.is_mailed
    assert "could not be reached: no route to host" in link.mailed
    assert Invitation.objects.get().state == "OPEN"


def test_an_address_that_is_none_is_refused_by_name(people: People, client_of: ClientOf) -> None:
    answer = client_of(people.adam).post(INVITE, {"email": "nina", "role": "reviewer"})

    form = answer.context["people"].invite
    assert (answer.status_code, form.wrong, form.email) == (422, "email", "nina")
    assert form.problem == "Not recorded. nina is no mail address."


def test_an_open_invitation_is_listed_and_revoked(people: People, client_of: ClientOf) -> None:
    client = client_of(people.adam)
    client.post(INVITE, {"email": EMAIL, "role": "manager"})
    (line,) = card(client).invitations
    page = client.get(PAGE).content.decode()

    answer = client.post(line.revoke_url, {"idempotency_key": "key-9"})

    assert f"{EMAIL}</b> as a manager" in page
    assert "U+00A0" not in page

    assert (line.email, line.role, line.by.startswith("Adam Weiss, ")) == (EMAIL, "a manager", True)
    assert answer["Location"] == f"{PAGE}#invited"
    assert card(client).invitations == ()
    assert client_of(people.mona).post(line.revoke_url, {"idempotency_key": "k"}).status_code == 403


def test_what_a_role_may_do_is_the_one_table(people: People, client_of: ClientOf) -> None:
    rights = {each.words: each.allowed for each in card(client_of(people.rita)).rights}

    assert rights["Approve or deny a ticket"] == (True, True, True)
    assert rights["Resume a halted fleet"] == (False, True, True)
    assert rights["Add people and change their roles"] == (False, False, True)


def test_addresses_are_in_the_file_for_admins_alone(people: People, client_of: ClientOf) -> None:
    people.mona.email = "mona@shop.example"
    people.mona.save()

    read, managed = (
        lines(client_of(each), "/f/shop/people.csv") for each in (people.rita, people.adam)
    )

    assert [each["username"] for each in read] == ["adam", "lena", "mona", "rita"]
    assert [each["email"] for each in read] == [""] * 4
    assert managed[2]["email"] == "mona@shop.example"
    assert managed[2]["role"] == "manager"


def test_wrong_guesses_are_shown_and_forgiven_by_an_admin(
    people: People, client_of: ClientOf
) -> None:
    client_of(None).post("/sign-in/", {"username": "rita", "password": "a guess"})
    admin = client_of(people.adam)
    before = line_of(card(admin), "rita").held

    answer = admin.post(MOVE, typed(control="forgive", role="reviewer"))

    told = Event.objects.get(name="person.guesses_forgiven")
    assert (before, answer.status_code) == ("1\xa0wrong guess", 302)
    assert line_of(card(admin), "rita").held == ""
    assert line_of(card(client_of(people.rita)), "mona").held == ""
    assert (told.payload["count"], told.actor) == (1, "adam")
