# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the pages show, prepared: templates ask neither the database nor the clock."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments.availability import Slot
from appointments.contact import needed_for
from appointments.core.modes import Mode
from appointments.models import Hold, Location, Service
from appointments.web.contact_form import name_label
from appointments.web.drafts import Draft
from appointments.web.forms import Remind
from appointments.web.times import DayPart, TimesPage, page_query, slot_value
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.kernel.phone import NotAGermanMobile, NotAGermanNumber, parse_mobile, parse_phone, readable
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web import dates
from jobcenter_portal.web.addresses import address
from jobcenter_portal.web.languages import current_language, is_known, isolated, language_by_code

_MINUTE: Final = timedelta(minutes=1)
_NO_BREAK: Final = "\N{NO-BREAK SPACE}"
_WRITTEN: Final = frozenset({Remind.EMAIL, Remind.SMS, Remind.BOTH, Remind.LETTER})
"""The ways in which anything is written to somebody; of the others only their code remains."""


_PARTS: Final = {
    None: gettext_lazy("Ganzer Tag"),
    DayPart.MORNING: gettext_lazy("Vormittags"),
    DayPart.AFTERNOON: gettext_lazy("Nachmittags"),
}
_MISSED: Final = {
    DayPart.MORNING: gettext_lazy("Vormittags ist zurzeit nichts frei. Sie sehen alle freien Zeiten."),
    DayPart.AFTERNOON: gettext_lazy("Nachmittags ist zurzeit nichts frei. Sie sehen alle freien Zeiten."),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a summary list; without `change_url` there is nothing to change."""

    label: str
    value: str
    change_url: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A time that one click takes."""

    value: str
    when: str
    """Day and time in words."""


@dataclass(frozen=True, slots=True)
class DayLink:
    day: date
    url: str


@dataclass(frozen=True, slots=True)
class PartLink:
    """Half of the day, or all of it."""

    name: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Other:
    """Another place, or another way, to get the same; `when` is its first free time, as far as it was looked for."""

    name: str
    url: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class NothingFree:
    """What a page without times says: how far we looked, when new times come, and every other way there is."""

    title: str
    sentences: tuple[str, ...]
    others: tuple[Other, ...] = ()
    wait_url: str = ""


@dataclass(frozen=True, slots=True)
class TimesView:
    """A page of free times around its form. `notes` are said above the times, `nothing_free` instead of them."""

    rows: tuple[Row, ...]
    back_url: str
    earlier_url: str
    later_url: str
    day_links: tuple[DayLink, ...]
    last_day: date
    nothing_free: NothingFree | None
    notes: tuple[str, ...] = ()
    others: tuple[Other, ...] = ()
    ways: tuple[Other, ...] = ()
    """How else it could be had: on the telephone, with signs, together with another concern."""
    further: tuple[Row, ...] = ()
    """What is not worth a line in sight: it opens by touch, together with the other ways."""
    is_for_today: bool = False
    """An emergency: how far ahead times are given is said in the notes."""
    parts: tuple[PartLink, ...] = ()
    first: str = ""
    """The first free day in words; empty on the page that begins with it."""
    first_url: str = ""
    """The page on which it stands."""
    missed: str = ""
    """Why all of the day is shown although half of it was asked for."""

    @property
    def behind_touch(self) -> str:
        """All that opens by touch, named: ``Bitte mitbringen · Dolmetschen · Mit Gebärdensprache``."""
        names = [*(row.label for row in self.further), *(way.name for way in self.ways)]
        return " · ".join(isolated(name) for name in names)


@dataclass(frozen=True, slots=True)
class HeldView:
    """What a hold keeps, on top of every step after it."""

    rows: tuple[Row, ...]
    time_url: str
    contact_url: str
    remaining: str
    """In words; empty when the time has run out and nobody has taken it yet."""
    can_extend: bool
    chosen: str = ""
    """What the form says beside what is typed, in case it comes too late for the hold."""


@dataclass(frozen=True, slots=True)
class TakenView:
    """A time that has gone, and the nearest ones as buttons."""

    choices: tuple[Choice, ...]
    action: str
    all_times_url: str
    is_draft_kept: bool = False
    keeps_old_time: bool = False
    refusal: str = ""
    """Why the rules do not let it be booked any more; empty where somebody else has it."""


def url(name: str, jobcenter: Jobcenter, **kwargs: str) -> str:
    """A page of this Jobcenter in the page's language."""
    return address(f"booking:{name}", jobcenter=jobcenter.slug, language=current_language().code, **kwargs)


def choices(slots: Iterable[Slot]) -> tuple[Choice, ...]:
    return tuple(Choice(slot_value(slot.starts_at), moment_line(slot.starts_at)) for slot in slots)


def times_view(
    page: TimesPage,
    own_url: str,
    *,
    rows: tuple[Row, ...],
    back_url: str,
    nothing_free: NothingFree | None,
    notes: tuple[str, ...] = (),
    others: tuple[Other, ...] = (),
    ways: tuple[Other, ...] = (),
    further: tuple[Row, ...] = (),
    is_for_today: bool = False,
) -> TimesView:
    """Links stay on the page's own address and only name another first day or half of the day."""

    def at(day: date | None, part: DayPart | None) -> str:
        query = page_query(begin=day, part=part)
        return f"{own_url}{'&' if '?' in own_url else '?'}{query}" if query else own_url

    return TimesView(
        rows=rows,
        back_url=back_url,
        earlier_url=at(page.earlier, page.part) if page.earlier else "",
        later_url=at(page.later, page.part) if page.later else "",
        day_links=tuple(DayLink(day, at(day, page.part)) for day in page.days),
        last_day=page.last_day,
        nothing_free=nothing_free,
        notes=notes,
        others=others,
        ways=ways,
        further=further,
        is_for_today=is_for_today,
        parts=tuple(PartLink(str(name), at(None, part), part is page.part) for part, name in _PARTS.items())
        if page.has_halves
        else (),
        first=_first_day(page) if page.earlier else "",
        first_url=at(None, page.part) if page.earlier else "",
        missed=str(_MISSED[page.missed]) if page.missed and page.days else "",
    )


def held_view(
    jobcenter: Jobcenter,
    held: Hold,
    token: str,
    *,
    rows: tuple[Row, ...],
    now: datetime,
    extensions: int,
    chosen: str = "",
) -> HeldView:
    """`now` is the database's: by it holds end. `rows` say what was chosen besides the time."""
    left = -(-(held.expires_at - now) // _MINUTE)
    time_url = url("other-time", jobcenter, token=token)
    return HeldView(
        rows=(Row(_("Wann"), moment_line(held.starts_at), time_url), *rows),
        time_url=time_url,
        contact_url=url("contact", jobcenter, token=token),
        remaining=dates.duration_in_words(left, current_language()) if left > 0 else "",
        can_extend=held.extensions < extensions,
        chosen=chosen,
    )


def draft_rows(jobcenter: Jobcenter, held: Hold, token: str) -> tuple[Row, ...]:
    """What was typed, read back before it counts."""
    draft = Draft.of(held)
    change = url("contact", jobcenter, token=token)
    rows = [Row(name_label(draft), isolated(draft.name), change)]
    if draft.companion:
        rows.append(Row(_("Begleitung"), _("Sie bringen jemanden mit."), change))
    if needed_for(Mode(held.mode), jobcenter.settings) is ContactChannel.PHONE:
        rows.append(Row(_("Telefonnummer"), isolated(_dialled(draft.phone)), change))
    if draft.remind in (Remind.EMAIL, Remind.BOTH):
        rows.append(Row(_("E-Mail-Adresse"), isolated(draft.email.strip()), change))
    if draft.remind in (Remind.SMS, Remind.BOTH):
        rows.append(Row(_("Handynummer"), isolated(_readable(draft.mobile or draft.phone)), change))
    if draft.remind == Remind.LETTER:
        rows.append(Row(_("Postadresse"), isolated(", ".join(draft.post.splitlines())), change))
    if draft.remind not in _WRITTEN:
        return (*rows, Row(_("Nachrichten"), _("keine. Sie bekommen einen Termin-Code."), change))
    spoken = language_by_code(draft.language) if is_known(draft.language) else current_language()
    return (*rows, Row(_("Sprache der Nachrichten"), isolated(spoken.native_name), change))


def _first_day(page: TimesPage) -> str:
    if not page.days:
        return ""
    said = _("Der erste freie Tag ist %(day)s.") % {"day": day_line(page.days[0])}
    return said.replace("..", ".")  # a Ukrainian or Russian date ends with the point of "year"


def service_line(service: Service) -> str:
    language = current_language()
    return f"{isolated(service.title(language.code))}{language.comma} {length_line(service.duration_minutes)}"


def length_line(minutes: int) -> str:
    """``30 Minuten``, the number never torn from its word."""
    return dates.duration_in_words(minutes, current_language()).replace(" ", _NO_BREAK)


def place_line(location: Location) -> str:
    return isolated(f"{location.name}, {location.address}")


def moment_line(moment: datetime) -> str:
    """``Montag, 14. Dezember 2026, 08:30 Uhr``."""
    return _day_and_hour(dates.long_date(dates.local(moment).date(), current_language()), moment)


def near_moment(moment: datetime) -> str:
    """``Di., 24. November, 09:00 Uhr``: short, for lists of places, the date never torn apart."""
    day = dates.near_date(dates.local(moment).date(), current_language()).replace(" ", _NO_BREAK)
    return _day_and_hour(day, moment)


def _day_and_hour(day: str, moment: datetime) -> str:
    """The word that a language puts before or after an hour stays with it when the line ends there."""
    time = dates.clock_time(moment)
    line = _("%(day)s, %(time)s Uhr") % {"day": day, "time": time}
    return re.sub(rf"(?<=\w) (?={time})|(?<={time}) ", _NO_BREAK, line)


def day_line(day: date) -> str:
    """``Montag, 14. Dezember 2026``."""
    return dates.long_date(day, current_language())


def _readable(mobile: str) -> str:
    """The number as it will be used, so that a slip is seen."""
    try:
        return readable(parse_mobile(mobile))
    except NotAGermanMobile:
        return mobile


def _dialled(phone: str) -> str:
    try:
        return readable(parse_phone(phone))
    except NotAGermanNumber:
        return phone
