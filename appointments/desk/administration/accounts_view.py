# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the pages of accounts show: the list by channel, one account, and where tests go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext

from appointments.desk.administration import accounts_words
from appointments.desk.administration.accounts_forms import readable_mobile, shown
from appointments.desk.file import Fact
from jobcenter_portal.tenancy.models import TenantSettings
from notifications.service import Channel, accounts


@dataclass(frozen=True, slots=True)
class Row:
    """An account in the list of its channel."""

    key: str
    name: str
    provider: str
    url: str
    step_url: str
    place: int
    badge_kind: str
    badge_text: str
    note: str
    can_go_up: bool
    can_go_down: bool


@dataclass(frozen=True, slots=True)
class Section:
    """One channel. `warning`: nothing can leave. `platform`: what the shared account does here."""

    id: str
    name: Promise
    rows: Sequence[Row]
    warning: Promise | str
    platform: str
    platform_note: str
    add_url: str


def url_of(name: str, jobcenter: str, key: str = "") -> str:
    return reverse(f"desk:{name}", kwargs={"jobcenter": jobcenter, **({"account": key} if key else {})})


def sections(found: Sequence[accounts.ChannelView], jobcenter: str) -> list[Section]:
    """Every channel for which there is something to see or to add."""
    return [
        _section(one, jobcenter) for one in found if one.accounts or one.platform or accounts.providers(one.channel)
    ]


def facts(one: accounts.AccountView) -> list[Fact]:
    """The settings, in the order of the form; of a secret only that it is there."""
    fields = one.provider.fields if one.provider else ()
    rows = [Fact(gettext("Anbieter"), provider_name(one)), Fact(gettext("Für"), str(_channel_name(one.channel)))]
    for field in fields:
        if field.kind is accounts.FieldKind.SECRET:
            text = gettext("gespeichert") if field.name in one.kept else gettext("nicht gespeichert")
        else:
            text = shown(field, one.values.get(field.name, field.default))
        if field.is_destination or text != shown(field, field.default):
            rows.append(Fact(str(field.label), text))
    if one.max_per_s:
        rows.append(Fact(gettext("In einer Sekunde höchstens"), str(one.max_per_s)))
    return rows


def instead(one: accounts.AccountView, now: datetime) -> tuple[str, str]:
    """Kind of alert and sentence: what is used while no account of this channel is switched on. "" when one is."""
    channel = next(found for found in accounts.channels(now=now) if found.channel is one.channel)
    if channel.is_mute:
        return "warning", str(accounts_words.MUTE[one.channel])
    return ("info", _platform(channel)) if channel.is_by_platform else ("", "")


def provider_name(one: accounts.AccountView) -> str:
    return str(one.provider.label) if one.provider else gettext("unbekannt")


def test_addresses(office: TenantSettings, jobcenter: str) -> list[Fact]:
    """Where tests go, and the way to change it."""
    change = url_of("test-addresses", jobcenter)
    email = office.office_address or gettext("%(address)s (Ihre Absenderadresse)") % {"address": office.email_address}
    mobile = readable_mobile(office.test_mobile) or gettext("keine: SMS lassen sich nicht ausprobieren")
    return [Fact(gettext("E-Mail"), email, change), Fact(gettext("Handynummer"), mobile, change)]


def _section(one: accounts.ChannelView, jobcenter: str) -> Section:
    in_use = [account for account in one.accounts if account.is_enabled]
    can_be_added = bool(accounts.providers(one.channel))
    return Section(
        id=one.channel.value,
        name=_channel_name(one.channel),
        rows=[_row(account, jobcenter, last=len(in_use)) for account in one.accounts],
        warning=accounts_words.MUTE[one.channel] if one.is_mute else "",
        platform=_platform(one),
        platform_note=_platform_note(one.platform) if one.is_by_platform else "",
        add_url=f"{url_of('account-providers', jobcenter)}?weg={one.channel.value}" if can_be_added else "",
    )


def _row(one: accounts.AccountView, jobcenter: str, *, last: int) -> Row:
    kind, text = accounts_words.badge(one.condition)
    return Row(
        key=one.key,
        name=one.name,
        provider=provider_name(one),
        url=url_of("account", jobcenter, one.key),
        step_url=url_of("account-step", jobcenter, one.key),
        place=one.place,
        badge_kind=kind,
        badge_text=text,
        note=accounts_words.note(one.condition, one.rests_until, one.code),
        can_go_up=one.place > 1,
        can_go_down=0 < one.place < last,
    )


def _platform(one: accounts.ChannelView) -> str:
    if one.platform is None:
        return ""
    if one.channel is Channel.LETTER and one.is_by_platform:
        return gettext("Ihr Haus druckt die Briefe selbst. Ein Konto brauchen Sie nur für eine eigene Rücksendeangabe.")
    if one.is_by_platform:
        return gettext("Zurzeit wird das gemeinsame Konto der Plattform benutzt.")
    return gettext("Das gemeinsame Konto der Plattform wird nicht benutzt, solange eines von diesen eingeschaltet ist.")


def _platform_note(platform: accounts.PlatformView | None) -> str:
    return accounts_words.note(platform.condition, platform.rests_until, platform.code) if platform else ""


def _channel_name(channel: Channel) -> Promise:
    return accounts_words.CHANNELS[channel]
