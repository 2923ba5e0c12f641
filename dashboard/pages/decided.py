"""What was decided, what expired and what was withdrawn, of one fleet or all of a person's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dashboard.cards.decided import DecidedFilters, DecidedPage
from dashboard.cards.fleet import FilterOption
from dashboard.cards.queue import KindLink
from dashboard.display.wording import kind_mark, ticket_mark
from dashboard.pages.decided_rows import decided_rows
from dashboard.pages.names import names_of
from dashboard.pages.standing import viewers_in
from escalations.domain.lifecycle import TicketKind
from escalations.selectors.ended import ENDINGS, EVERYTHING, ended_counts, tickets_ended
from governance.domain.types import BlastLevel, TaskType, Tier
from governance.selectors.clock import clock_now

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.contrib.auth.models import User

    from dashboard.cards.files import FileLinks
    from dashboard.forms.decided import DecidedForm
    from dashboard.pages.standing import Viewer
    from governance.domain.types import Role
    from governance.models import Fleet

PAGE_SIZE = 50


def decided_page(
    user: User,
    seats: Sequence[tuple[Fleet, Role]],
    form: DecidedForm,
    *,
    url: str,
    files: FileLinks,
    unstarted_url: str,
) -> DecidedPage:
    """Return one page of settled tickets, the latest first; a fixed number of queries.

    Args:
        user: who looks.
        seats: the fleets with the person's role in each.
        form: what the person asked to see.
        url: the page's own address, without a query.
        files: where the same rows are files.
        unstarted_url: where the approvals are that nothing was started with.
    """
    now = clock_now()
    viewers = viewers_in(user, seats, now)
    query = form.query
    found = tickets_ended(
        fleet_ids=viewers.keys(), query=query, before=form.before, most=PAGE_SIZE + 1
    )
    shown = found[:PAGE_SIZE]
    last = shown[-1] if len(found) > PAGE_SIZE else None
    counts = ended_counts(fleet_ids=viewers.keys(), query=query)
    return DecidedPage(
        rows=decided_rows(shown, viewers, now=now),
        filters=_filters(form, url, viewers.values()),
        total=counts.get(query.ending, 0) if query.ending else sum(counts.values()),
        endings=_endings(form, url, counts),
        problems=tuple(misread.sentence for misread in form.misread),
        newer_url=form.address(url) if form.before else "",
        older_url=form.older(url, last.resolved_at, last.pk) if last and last.resolved_at else "",
        files=files,
        whose=tuple(
            KindLink(
                label=label,
                url=form.address(url, person=person),
                is_chosen=query.person == person,
            )
            for label, person in (("Everybody's", ""), ("Mine", user.get_username()))
        ),
        unstarted_url=unstarted_url,
    )


def _endings(form: DecidedForm, url: str, counts: Mapping[str, int]) -> tuple[KindLink, ...]:
    """Return the ways that tickets ended, with how many did; one that nobody had is left out."""
    chosen = form.query.ending
    every = KindLink(
        label=f"All {sum(counts.values()):,}",
        url=form.address(url, ending=""),
        is_chosen=not chosen,
    )
    return every, *(
        KindLink(
            label=f"{_ending_word(ending)} {counts.get(ending, 0):,}",
            url=form.address(url, ending=ending),
            is_chosen=ending == chosen,
        )
        for ending in ENDINGS
        if ending in counts or ending == chosen
    )


def _ending_word(ending: str) -> str:
    return ticket_mark(ending, ending).label


def _filters(form: DecidedForm, url: str, viewers: Iterable[Viewer]) -> DecidedFilters:
    query = form.query
    return DecidedFilters(
        url=url,
        ending=query.ending,
        kinds=_options("Any kind", query.kind, {kind: _kind_word(kind) for kind in TicketKind}),
        levels=_options(
            "Any risk", query.level, {level: level.value.capitalize() for level in BlastLevel}
        ),
        types=_options(
            "Any type", query.task_type, {kind: kind.value.capitalize() for kind in TaskType}
        ),
        tiers=_options("Any tier", query.tier, {tier: tier.value.capitalize() for tier in Tier}),
        people=_options("Anybody", query.person, _people(viewers, query.person)),
        agent=query.agent,
        since=form.since_text,
        until=form.until_text,
        search=query.search,
        is_filtered=replace(query, ending="") != EVERYTHING,
    )


def _kind_word(kind: TicketKind) -> str:
    mark = kind_mark(kind.value)
    return mark.label if mark else "Task"


def _people(viewers: Iterable[Viewer], chosen: str) -> Mapping[str, str]:
    """Return how the fleets' people are named by user name, and who was asked for if gone."""
    names = {
        person.names[0]: viewer.names[person.id]
        for viewer in viewers
        for person in viewer.people.values()
    }
    if chosen and chosen not in names:
        names[chosen] = names_of([chosen]).get(chosen, chosen)
    return dict(sorted(names.items(), key=lambda named: (named[1] != "you", named[1].lower())))


def _options(every: str, chosen: str | None, words: Mapping[str, str]) -> tuple[FilterOption, ...]:
    return (
        FilterOption(value="", label=every, is_chosen=not chosen),
        *(
            FilterOption(value=value, label=label, is_chosen=value == chosen)
            for value, label in words.items()
        ),
    )
