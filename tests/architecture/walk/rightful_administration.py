# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may set up what a Jobcenter decides about its messages (see rightful)."""

from typing import Final

from appointments.reminder_settings import plan_now
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.tenancy.context import tenant_context
from notifications.models import ProviderAccount, TextVersion
from tests.architecture.walk.rights import ADMINS, READ, SEE_OTHER, Form, Right
from tests.architecture.walk.world import Reach, World


def _rule(world: World) -> Form:
    """A reminder of one's own service, as the page of its effect sends it."""
    with tenant_context(world.jobcenter):
        seen = plan_now().fingerprint
    typed = {"zahl": "2", "einheit": "D", "weg": "email", "anliegen": world.ids["concern"]}
    return {**typed, "tun": "speichern", "gesehen": seen}


def _silence(world: World) -> Form:
    return {"anliegen": world.ids["concern"], "was": "keine"}


def _night(_world: World) -> Form:
    return {"von": "21:00", "bis": "07:00"}


def _version(_world: World) -> Form:
    return {"fassung": "1"}


def _own_words(_world: World) -> Form:
    words = {"subject": "Ihr Termin am {day_short}", "body": "{day_long}, {time} Uhr: {link}"}
    return {**words, "step": "speichern", "seen": "0"}


def _text_in_use(world: World) -> None:
    TextVersion.objects.filter(kind=world.ids["text_kind"]).update(is_active=True)


def _smtp(_world: World) -> Form:
    typed = {"host": "mail.example", "port": "587", "security": "starttls", "timeout": "30", "deadline": "60"}
    return {"name": "Mailserver", "je_sekunde": "0", **{f"angabe-{name}": value for name, value in typed.items()}}


def _new_account(world: World) -> Form:
    return {**_smtp(world), "anbieter": "smtp"}


def _changed_account(world: World) -> Form:
    with tenant_context(world.jobcenter):
        account = ProviderAccount.objects.get(public_id=world.ids["account"])
    return {**_smtp(world), "angabe-password": "typed-again", "stand": account.changed_at.isoformat()}


def _account_off(world: World) -> None:
    with tenant_context(world.jobcenter):
        ProviderAccount.objects.filter(public_id=world.ids["account"]).update(is_enabled=False)


_OF_TEXT: Final = {"kind": "text_kind", "channel": "text_channel", "tongue": "text_language"}
_OF_ACCOUNT: Final = {"account": "account"}

ADMINISTRATION: Final = (
    Right("desk:settings", "GET", (Role.TENANT_ADMIN.value,), READ),
    Right("desk:accounts", "GET", ADMINS, READ, Reach.STAFF),
    Right("desk:account-providers", "GET", ADMINS, READ),
    Right("desk:test-addresses", "GET", ADMINS, READ),
    Right("desk:test-addresses", "POST", ADMINS, SEE_OTHER),
    Right("desk:account", "GET", ADMINS, READ, Reach.STAFF, ids=_OF_ACCOUNT),
    Right("desk:account-step", "POST", ADMINS, SEE_OTHER, ids=_OF_ACCOUNT, form=lambda _world: {"step": "aus"}),
    Right("desk:reminders", "GET", (Role.TENANT_ADMIN.value,), READ, Reach.STAFF),
    Right("desk:reminders-preview", "GET", (Role.TENANT_ADMIN.value,), READ),
    Right("desk:reminders-rule", "GET", (Role.TENANT_ADMIN.value,), READ, Reach.PUBLIC),
    Right("desk:reminders-rule", "POST", (Role.TENANT_ADMIN.value,), SEE_OTHER, form=_rule),
    Right("desk:reminders-service", "GET", (Role.TENANT_ADMIN.value,), READ, Reach.PUBLIC),
    Right("desk:reminders-service", "POST", (Role.TENANT_ADMIN.value,), READ, Reach.PUBLIC, form=_silence),
    Right("desk:reminders-quiet", "GET", (Role.TENANT_ADMIN.value,), READ),
    Right("desk:reminders-quiet", "POST", (Role.TENANT_ADMIN.value,), READ, form=_night),
    Right(
        "desk:reminders-remove", "POST", (Role.TENANT_ADMIN.value,), READ, form=lambda _world: {"regel": "email.P3D."}
    ),
    Right("desk:reminders-undo", "POST", (Role.TENANT_ADMIN.value,), READ, Reach.PUBLIC),
    Right("desk:texts", "GET", (Role.TENANT_ADMIN.value,), READ),
    Right("desk:texts-of-kind", "GET", (Role.TENANT_ADMIN.value,), READ, ids={"kind": "text_kind"}),
    Right("desk:text", "GET", (Role.TENANT_ADMIN.value,), READ, Reach.SECRET, ids=_OF_TEXT, form=_version),
    Right("desk:text", "POST", (Role.TENANT_ADMIN.value,), SEE_OTHER, ids=_OF_TEXT, form=_own_words),
    Right("desk:text-preview", "POST", (Role.TENANT_ADMIN.value,), READ, Reach.PUBLIC, ids=_OF_TEXT, form=_own_words),
    Right("desk:text-back", "GET", (Role.TENANT_ADMIN.value,), READ, Reach.SECRET, ids=_OF_TEXT, before=_text_in_use),
    Right(
        "desk:text-back",
        "POST",
        (Role.TENANT_ADMIN.value,),
        SEE_OTHER,
        ids=_OF_TEXT,
        form=lambda _world: {"seen": "1"},
        before=_text_in_use,
    ),
    Right("desk:new-account", "GET", ADMINS, READ, form=lambda _world: {"anbieter": "smtp"}),
    Right("desk:new-account", "POST", ADMINS, SEE_OTHER, form=_new_account),
    Right("desk:change-account", "GET", ADMINS, READ, Reach.STAFF, ids=_OF_ACCOUNT),
    Right("desk:change-account", "POST", ADMINS, SEE_OTHER, ids=_OF_ACCOUNT, form=_changed_account),
    Right("desk:try-account", "POST", ADMINS, SEE_OTHER, ids=_OF_ACCOUNT),
    Right("desk:remove-account", "GET", ADMINS, READ, Reach.STAFF, ids=_OF_ACCOUNT),
    Right("desk:remove-account", "POST", ADMINS, SEE_OTHER, ids=_OF_ACCOUNT, before=_account_off),
)
