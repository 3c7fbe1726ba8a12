# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the texts of messages can name, told to whoever changes them, with examples and with the longest values; and
what they never say.

All examples are invented. The longest ones are what the tables allow or what seven Jobcenters have; the address before
a link's code is never longer than 18 characters (settings refuse a longer SHORT_URL).
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _

from appointments.core.answers import DeclineReason
from appointments.links import SMS_CODE_LENGTH, readable_code
from appointments.models import Service
from jobcenter_portal.web import dates
from jobcenter_portal.web.languages import language_by_code
from notifications.service import Placeholder

Table = Mapping[str, Placeholder]

_DAY: Final = datetime(2026, 12, 31, 14, 30, tzinfo=UTC)
_OLD_DAY: Final = datetime(2026, 12, 30, 8, 15, tzinfo=UTC)
_CODE: Final = "ABCDEFGHJKMNPQRST"
_LINK: Final = f"https://t.example/a/{'Ab3dE9xY7k1mN5q'[:SMS_CODE_LENGTH]}"
_ADDRESS: Final = "Rathausstraße 12, 36037 Musterstadt"
_LONGEST_ADDRESS: Final = "Walther-Rathenau-Straße 123, 63067 Offenbach am Main"


def names_of_services() -> frozenset[str]:
    """What the current Jobcenter calls its services: no subject and no SMS tells why somebody comes."""
    titles = Service.objects.values_list("titles", flat=True)
    return frozenset(title for of_one in titles for title in of_one.values())


def _long(moment: datetime) -> Callable[[str], str]:
    return lambda code: dates.long_date(dates.local(moment).date(), language_by_code(code))


def _short(moment: datetime) -> Callable[[str], str]:
    return lambda code: dates.short_date(moment, language_by_code(code))


def _german(moment: datetime) -> str:
    return dates.invariant_date(dates.local(moment).date())


def _yes(explanation: object, *, one_of: str = "") -> Placeholder:
    return Placeholder(explanation=explanation, example=True, one_of=one_of, is_open=True)  # type: ignore[arg-type]


_SENDER: Final[Table] = {
    "name": Placeholder(
        explanation=_("Name der Person; fehlt, wenn er kein Name sein kann"),
        example="Anna Beispiel",
        longest="Maximiliane-Charlotte Freifrau von Schwarzenberg-Meyer",
    ),
    "phone": Placeholder(
        explanation=_("Telefonnummer Ihres Jobcenters"), example="0641 0000-1234", longest="+49 (0) 641 0000-123456"
    ),
    "phone_hours": Placeholder(
        explanation=_("wann jemand am Telefon ist"),
        example="Mo bis Fr 8 bis 12 Uhr",
        longest="Mo bis Do 8 bis 16 Uhr, Fr 8 bis 12 Uhr",
    ),
    "tenant": Placeholder(
        explanation=_("kurzer Name Ihres Jobcenters; fehlt, wenn Ihre Nachrichten verschwiegen sind"),
        example="Jobcenter Musterkreis",
        longest="K" * 40,
        is_withheld=True,
    ),
    "link": Placeholder(
        explanation=_("Adresse der Seite, auf der die Person alles sehen und ändern kann"),
        example=_LINK,
        tells="link",
    ),
}
_TIME: Final[Table] = {
    "day_long": Placeholder(explanation=_("Tag in Worten"), example=_long(_DAY), tells="day", is_open=True),
    "day_short": Placeholder(explanation=_("Tag, kurz"), example=_short(_DAY), tells="day", is_open=True),
    "day_german": Placeholder(
        explanation=_("Tag, wie er auf deutschen Briefen steht"), example=_german(_DAY), tells="day", is_open=True
    ),
    "time": Placeholder(explanation=_("Uhrzeit"), example="15:30", tells="time", is_open=True),
}
_HOUSE: Final[Table] = {
    "location": Placeholder(
        explanation=_("Name des Hauses; fehlt, wenn Ihre Nachrichten verschwiegen sind"),
        example="Haus am Markt",
        longest="Außenstelle am Marktplatz",
        is_withheld=True,
    ),
    "address": Placeholder(
        explanation=_("Anschrift, oder dass Sie anrufen oder kommen"), example=_ADDRESS, longest=_LONGEST_ADDRESS
    ),
}
_APPOINTMENT: Final[Table] = {
    **_SENDER,
    **_TIME,
    **_HOUSE,
    "entrance": Placeholder(
        explanation=_("Eingang; fehlt, wenn keiner angegeben ist"),
        example="Eingang B im Hof",
        longest="Eingang B im Hof, 2. Stock",
    ),
    "duration_minutes": Placeholder(explanation=_("Dauer in Minuten"), example=30, longest=120),
    "documents": Placeholder(
        explanation=_("Liste der Unterlagen; fehlt, wenn keine nötig sind"),
        example=("Ausweis oder Pass", "Mietvertrag"),
    ),
    "code": Placeholder(
        explanation=_("Termin-Code für Telefon und Empfang"),
        example=readable_code(_CODE),
    ),
    "in_group": _yes(_("Es ist ein Termin in einer Gruppe.")),
}
_OLD_TIME: Final[Table] = {
    "old_day_short": Placeholder(
        explanation=_("Tag, der nicht mehr gilt, kurz; fehlt, wenn es keinen gab"),
        example=_short(_OLD_DAY),
        is_open=True,
    ),
    "old_day_german": Placeholder(
        explanation=_("Tag, der nicht mehr gilt, wie auf deutschen Briefen"), example=_german(_OLD_DAY), is_open=True
    ),
    "old_time": Placeholder(explanation=_("Uhrzeit, die nicht mehr gilt"), example="09:15", is_open=True),
}
_ANSWER: Final[Table] = {
    "answer_day_long": Placeholder(
        explanation=_("Tag, bis zu dem Sie antworten, in Worten; fehlt ohne Frist"),
        example=_long(_OLD_DAY),
        is_open=True,
    ),
    "answer_day_short": Placeholder(
        explanation=_("Tag, bis zu dem Sie antworten, kurz; fehlt ohne Frist"), example=_short(_OLD_DAY), is_open=True
    ),
    "answer_day_german": Placeholder(
        explanation=_("Tag, bis zu dem Sie antworten, wie auf deutschen Briefen; fehlt ohne Frist"),
        example=_german(_OLD_DAY),
        is_open=True,
    ),
    "answer_time": Placeholder(
        explanation=_("Uhrzeit, bis zu der Sie antworten; fehlt ohne Frist"), example="13:30", is_open=True
    ),
}
_REASONS: Final[Table] = {
    f"reason_{DeclineReason.CALL}": _yes(_("Grund: Es ist vorher etwas zu klären."), one_of="reason"),
    f"reason_{DeclineReason.NO_NEED}": _yes(_("Grund: Es geht ohne Termin."), one_of="reason"),
    f"reason_{DeclineReason.HAVE_ONE}": _yes(_("Grund: Die Person hat schon einen Termin."), one_of="reason"),
    f"reason_{DeclineReason.PAPERS}": _yes(_("Grund: Es fehlen Unterlagen."), one_of="reason"),
    f"reason_{DeclineReason.ELSEWHERE}": _yes(_("Grund: Eine andere Stelle ist zuständig."), one_of="reason"),
}

OF_AN_APPOINTMENT: Final[Table] = MappingProxyType(_APPOINTMENT)
OF_A_CANCELLATION: Final[Table] = MappingProxyType(
    {**_APPOINTMENT, "by_office": _yes(_("Ihr Jobcenter hat abgesagt, nicht die Person."))}
)
OF_A_NEW_TIME: Final[Table] = MappingProxyType({**_APPOINTMENT, **_OLD_TIME})
OF_A_REQUEST: Final[Table] = MappingProxyType({**_APPOINTMENT, **_ANSWER})
OF_A_DECLINE: Final[Table] = MappingProxyType({**_APPOINTMENT, **_REASONS})

OF_AN_OFFER: Final[Table] = MappingProxyType(
    {
        **_SENDER,
        **_TIME,
        **_HOUSE,
        "until_day_long": Placeholder(
            explanation=_("Tag, bis zu dem die Person antworten kann, in Worten"),
            example=_long(_OLD_DAY),
            tells="until_day",
            is_open=True,
        ),
        "until_day_short": Placeholder(
            explanation=_("Tag, bis zu dem die Person antworten kann, kurz"),
            example=_short(_OLD_DAY),
            tells="until_day",
            is_open=True,
        ),
        "until_day_german": Placeholder(
            explanation=_("Tag, bis zu dem die Person antworten kann, wie auf deutschen Briefen"),
            example=_german(_OLD_DAY),
            tells="until_day",
            is_open=True,
        ),
        "until_time": Placeholder(
            explanation=_("Uhrzeit, bis zu der die Person antworten kann"),
            example="13:30",
            tells="until_time",
            is_open=True,
        ),
    }
)
OF_AN_EARLIER_OFFER: Final[Table] = MappingProxyType(
    {
        **OF_AN_OFFER,
        "old_day_long": Placeholder(
            explanation=_("Tag des Termins, den die Person schon hat, in Worten"),
            example=_long(_OLD_DAY),
            is_open=True,
        ),
        "old_time": Placeholder(
            explanation=_("Uhrzeit des Termins, den die Person schon hat"), example="09:15", is_open=True
        ),
    }
)
OF_A_LINK: Final[Table] = MappingProxyType(
    {name: value for name, value in {**_SENDER, **_TIME}.items() if name != "name"}
)
OF_A_PLACE: Final[Table] = MappingProxyType(_SENDER)
OF_THE_DESK: Final[Table] = MappingProxyType(
    {
        "soon": Placeholder(
            explanation=_("wie viele Anfragen bis zum Ende des nächsten Arbeitstags eine Antwort brauchen"),
            example=12,
            is_open=True,
        ),
        "one_soon": _yes(_("Es ist genau eine Anfrage.")),
        "overdue": Placeholder(explanation=_("wie viele davon überfällig sind"), example=3, is_open=True),
        "one_overdue": _yes(_("Genau eine davon ist überfällig.")),
        "link": Placeholder(
            explanation=_("Adresse der Seite mit den Anfragen"),
            example="https://termin.example/musterkreis/desk/anfragen/",
            tells="link",
        ),
    }
)
OF_A_CODE: Final[Table] = MappingProxyType(
    {
        **{name: _SENDER[name] for name in ("phone", "phone_hours", "tenant")},
        "proof_code": Placeholder(
            explanation=_("Code aus sechs Ziffern, den die Person auf der Seite eingibt"),
            example="482913",
            tells="proof_code",
        ),
        "minutes": Placeholder(explanation=_("wie viele Minuten der Code gilt"), example=10),
    }
)
