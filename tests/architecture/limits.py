# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which limit stands before which route that strangers can reach; docs/abuse.md is written from it.

A new route, or a new limit, is missing here and is red (test_limits). Numbers come from the code. After a change:
`python -m tests.architecture.limits` writes the tables of the document anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, unique
from pathlib import Path
from typing import Final

import django
from django.apps import apps

if not apps.ready:  # as a program
    django.setup()

from appointments import caseworkers, contact_changes, doors, holding, lost_links, own_limits, proving, pumping, way_in
from appointments.own_limits import Deed
from appointments.waiting import joining
from appointments.web import own_sheet, push
from jobcenter_portal.about.web import feedback
from jobcenter_portal.tenancy import unusual
from jobcenter_portal.tenancy.counting import Quota
from jobcenter_portal.web.throttle import Limit
from tests.architecture.sources import ROOT

PAGE: Final = ROOT / "docs" / "abuse.md"
BEGIN, END = "<!-- written by tests/architecture/limits.py -->", "<!-- end -->"


@unique
class Counter(Enum):
    """Where a limit counts, and what becomes of the deed when it cannot."""

    ROWS = "PostgreSQL; closed"
    """Where nothing can be counted nothing can be booked either: 503, nothing written, try again."""
    REDIS_CLOSED = "Redis; closed"
    REDIS_OPEN = "Redis; open"


@dataclass(frozen=True, slots=True)
class Stop:
    """One limit. `name` is what refusals are counted under where they are; `proof` shows that it closes."""

    name: str
    counts: str
    most: str
    counter: Counter
    proof: str


@dataclass(frozen=True, slots=True)
class Free:
    """Why a route needs no limit of its own."""

    because: str


Route = tuple[str, ...] | Free


def _said(quotas: Sequence[Quota]) -> str:
    return ", ".join(f"{quota.most} in {_long(quota.within)}" for quota in quotas)


def _long(within: timedelta) -> str:
    names = {timedelta(minutes=1): "a minute", timedelta(hours=1): "an hour", timedelta(days=1): "a day"}
    return names.get(within) or f"{int(within.total_seconds()) // 60} minutes"


def _kept(limit: Limit) -> str:
    return _said([Quota(limit.attempts, timedelta(seconds=limit.seconds))])


def _own(deed: Deed, counts: str, proof: str) -> Stop:
    return Stop(deed.value, f"{counts}, for one appointment", _said(own_limits.QUOTAS), Counter.ROWS, proof)


_HOLDS: Final = (
    Stop("hold-browser", "times kept by one browser", "1 at once", Counter.ROWS,
        "test_a_browser_keeps_one_time_however_many_it_asks_for"),
    Stop("work-holds", "times kept by one network, booked by it, or unusually many of all networks",
        f"work from {way_in.UNQUESTIONED} at once, {way_in.UNQUESTIONED_BOOKINGS} booked in an hour, "
        f"or {unusual.NEVER_UNUSUAL} in ten minutes and {unusual.TIMES_THE_USUAL} times the usual",
        Counter.ROWS, "test_a_network_keeps_so_many_times_then_works_then_gets_no_more"),
    Stop("holds-network", "times kept by one network", f"{way_in.MOST_OF_A_NETWORK} at once", Counter.ROWS,
        "test_a_network_keeps_so_many_times_then_works_then_gets_no_more"),
    Stop("extensions", "times that one hold is made longer", str(holding.MAX_EXTENSIONS), Counter.ROWS,
        "test_a_hold_can_be_extended_ten_times_and_then_stays_as_it_is"),
    Stop("open-bookings", "appointments to come of one address", "`max_open_bookings`", Counter.ROWS,
        "test_the_limit_of_open_bookings_holds_for_a_crowd_with_one_address"),
    Stop("moves", "moves of one appointment by the person", "`max_reschedules`", Counter.ROWS,
        "test_who_has_moved_often_enough_is_asked_to_call"),
)  # fmt: skip
_CODES: Final = (
    Stop("code-address", "codes to one address", _said(proving._PER_ADDRESS), Counter.ROWS,
        "test_an_address_can_be_asked_for_once_a_minute_three_times_an_hour_and_five_times_a_day"),
    Stop("code-anchor", "codes for one hold or one appointment", _said(proving._PER_ANCHOR), Counter.ROWS,
        "test_a_hold_asks_for_eight_codes_an_hour_whatever_the_addresses"),
    Stop("code-network", "codes asked for by one network", _said(proving._PER_NETWORK), Counter.ROWS,
        "test_a_network_gets_sixty_codes_an_hour_and_others_are_not_disturbed"),
    Stop("work-codes", "codes asked for by one network, unusually many, or hardly any typed",
        f"work from {way_in.UNQUESTIONED_CODES} in an hour", Counter.ROWS,
        "test_after_ten_codes_of_a_network_its_machines_work_for_each_and_nobody_is_shut_out"),
    Stop("code-range", "SMS to neighbouring numbers",
        ", ".join(f"{quota.most} in an hour to {10**digits:,}" for digits, quota in pumping._RANGES), Counter.ROWS,
        "test_of_a_thousand_neighbours_ten_get_a_code_in_an_hour_and_everybody_else_gets_theirs"),
    Stop("code-sms", "SMS with codes, of the Jobcenter", f"1/{proving._SHARE_OF_SMS} of its SMS of an hour and a day",
        Counter.ROWS, "test_codes_get_a_quarter_of_the_sms_so_that_reminders_keep_the_rest"),
    Stop("code-email", "e-mails with codes, of the Jobcenter", _said(proving._MAILS), Counter.ROWS,
        "test_codes_by_email_end_at_what_a_jobcenter_may_send"),
    Stop("guesses", "guesses at one code", str(proving.MAX_ATTEMPTS), Counter.ROWS,
        "test_of_a_crowd_of_guesses_at_the_same_moment_three_are_judged"),
)  # fmt: skip
_WAITS: Final = (
    Stop("wait-address", "tries to join with one address", _said(joining.PER_ADDRESS), Counter.ROWS,
        "test_a_stranger_is_written_to_a_few_times_at_most_however_many_networks_ask"),
    Stop("wait-network", "tries to join from one network", _said(joining.PER_NETWORK), Counter.ROWS,
        "test_a_network_joins_so_often_then_works_then_is_asked_to_call"),
    Stop("work-waits", "tries to join from one network, or unusually many of all networks",
        f"work from {way_in.UNQUESTIONED_PLACES} in an hour", Counter.ROWS,
        "test_a_network_joins_so_often_then_works_then_is_asked_to_call"),
    Stop("wait-sms", "SMS that tell of a place, of the Jobcenter",
        f"1/{joining.SHARE_OF_SMS} of its SMS of an hour and a day", Counter.ROWS,
        "test_a_tenth_of_the_sms_is_all_that_joining_can_burn"),
)  # fmt: skip
_OWN: Final = (
    _own(Deed.UNDO, "cancellations taken back",
        "test_cancelling_and_taking_back_all_day_sends_a_dozen_messages_and_no_more"),
    _own(Deed.WISH, "wishes for an earlier time",
        "test_wishing_for_an_earlier_time_has_an_end_and_giving_up_the_wish_has_none"),
    _own(Deed.LATE, "told to come later", "test_saying_that_one_comes_later_has_an_end_and_being_in_time_has_none"),
    _own(Deed.REMINDERS, "reminders wanted again", "test_wanting_reminders_has_an_end_and_wanting_none_has_none"),
    _own(Deed.LANGUAGE, "other languages of messages", "test_changing_the_language_of_messages_has_an_end"),
    Stop("own-address", "new addresses, for one appointment", _said(contact_changes.OWN_CHANGES), Counter.ROWS,
        "test_a_link_in_wrong_hands_writes_to_five_strangers_a_day_and_no_more"),
)  # fmt: skip
_ASKED: Final = (
    Stop("links-address", "lost links to one address (beyond it nobody is told, and nothing is sent)",
        _said(lost_links.PER_ADDRESS), Counter.ROWS,
        "test_an_address_is_written_to_three_times_an_hour_and_five_times_a_day"),
    Stop("links-network", "lost links asked for by one network", _said(lost_links.PER_NETWORK), Counter.ROWS,
        "test_a_network_cannot_ask_for_everybody"),
    Stop(doors.TYPED_CODES.name, "codes of appointments that one network types", _kept(doors.TYPED_CODES),
        Counter.REDIS_CLOSED, "test_nobody_tries_codes_by_the_dozen_and_no_address_lies_in_redis"),
    Stop(caseworkers.LETTER_CODES.name, "letters of caseworkers that one network types",
        _kept(caseworkers.LETTER_CODES), Counter.REDIS_CLOSED, "test_letters_cannot_be_tried_by_the_hundred"),
    Stop(doors.WRONG_CODES.name, "addresses with a short code that opens nothing, of one network",
        _kept(doors.WRONG_CODES), Counter.REDIS_OPEN, "test_short_codes_cannot_be_tried_by_the_thousand"),
    Stop(own_sheet.SHEETS.name, "sheets set for one network", _kept(own_sheet.SHEETS), Counter.REDIS_OPEN,
        "test_nobody_keeps_the_typesetter_busy_for_everybody_else"),
    Stop(push.CHANGES.name, "devices of one network that say yes to push", _kept(push.CHANGES), Counter.REDIS_CLOSED,
        "test_one_network_says_yes_so_often_and_no_more_but_may_always_say_no"),
    Stop(feedback.REPORTS.name, "reports of one network about barriers", _kept(feedback.REPORTS),
        Counter.REDIS_CLOSED, "test_who_may_not_write_just_now_keeps_their_words"),
    Stop("rest-write", "changes by programs of one network", "`REST_WRITES_PER_MINUTE` in a minute",
        Counter.REDIS_CLOSED, "test_when_nobody_can_count_reading_goes_on_and_writing_stops"),
    Stop("rest-read", "questions by programs of one network", "`REST_READS_PER_MINUTE` in a minute",
        Counter.REDIS_OPEN, "test_reading_and_writing_are_counted_apart_and_per_network"),
)  # fmt: skip
STOPS: Final[Mapping[str, Stop]] = {one.name: one for one in (*_HOLDS, *_CODES, *_WAITS, *_OWN, *_ASKED)}

_KEEP: Final = ("hold-browser", "work-holds", "holds-network")
_SEND: Final = tuple(one.name for one in _CODES if one.name != "guesses")
_KEY: Final = "wrong-codes"
"""Stands before everything that a short code opens."""

ROUTES: Final[Mapping[str, Route]] = {
    "about:feedback": ("feedback",),
    "booking:leave": Free("gives back what this browser holds, and forgets it"),
    "booking:my-appointment": ("typed-codes",),
    "booking:lost-link": ("links-address", "links-network"),
    "booking:services": ("letter-codes",),
    "booking:locations": Free("only leads on; nothing is written or kept"),
    "booking:times": _KEEP,
    "booking:group-dates": _KEEP,
    "booking:contact": _SEND,
    "booking:prove": ("guesses", *_SEND),
    "booking:check": ("guesses", "open-bookings", *_SEND),
    "booking:other-time": Free("a hold keeps one time; the one it had is free at once"),
    "booking:extend": ("extensions",),
    "booking:wait": ("wait-address", "wait-network", "work-waits", "wait-sms", "code-range"),
    "booking:waiting": Free("leaves the list; twice is once"),
    "booking:offer": Free("an offer is answered once"),
    "booking:reminders": ("own-reminders",),
    "booking:push": ("push", _KEY),
    "booking:come-later": ("own-late", _KEY),
    "booking:contact-settings": ("own-reminders", "own-language", _KEY),
    "booking:contact-way": ("own-address", *_SEND, _KEY),
    "booking:contact-code": ("guesses", "own-address", _KEY),
    "booking:cancel": Free("cancelling is never refused; the next time needs `own-undo`"),
    "booking:undo-cancel": ("own-undo", _KEY),
    "booking:wish-earlier": ("own-wish", _KEY),
    "booking:move": Free("only leads on to the page that asks whether it is right; a date of a group: `moves`"),
    "booking:confirm-move": ("moves", _KEY),
    "api:caseworkers": ("letter-codes", "rest-write"),
    "api:holds": ("work-holds", "holds-network", "rest-write"),
    "api:hold": ("rest-write",),
    "api:extend": ("extensions", "rest-write"),
    "api:codes": (*_SEND, "rest-write"),
    "api:proofs": ("guesses", "rest-write"),
    "api:appointments": ("work-holds", "holds-network", "open-bookings", "rest-write"),
    "api:move": ("moves", "rest-write", _KEY),
    "api:cancel": ("rest-write", _KEY),
    "api:undo-cancel": ("own-undo", "rest-write", _KEY),
}
"""Every route that takes a POST, or another method that changes something, from people without an account."""


def tables() -> str:
    """The two tables of the document."""
    routes = [f"| `{name}` | {_cell(route)} |" for name, route in ROUTES.items()]
    stops = [
        f"| `{one.name}` | {one.counts} | {one.most} | {one.counter.value} | `{one.proof}` |" for one in STOPS.values()
    ]
    return "\n".join(
        [
            "| route | limits |", "|---|---|", *routes, "",
            "| limit | counts | at most | counter; without it | proof that it closes |", "|---|---|---|---|---|",
            *stops,
        ]
    )  # fmt: skip


def _cell(route: Route) -> str:
    return f"none: {route.because}" if isinstance(route, Free) else ", ".join(f"`{name}`" for name in route)


def page_with_tables(text: str) -> str:
    head, _begin, rest = text.partition(BEGIN)
    _old, _end, tail = rest.partition(END)
    return f"{head}{BEGIN}\n{tables()}\n{END}{tail}"


def write(page: Path = PAGE) -> None:
    page.write_text(page_with_tables(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    write()
