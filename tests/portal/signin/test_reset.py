# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""An operator forgets the second factor of somebody who has lost it."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.signin import second_factor
from jobcenter_portal.signin.models import RecoveryCode, StaffSession
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.desk.staff import browser_of, make_member
from tests.appointments.factories import make_office
from tests.portal.signin.test_second_factor import set_up

DESK = "/fulda/desk/haus/"


def reset(jobcenter: str, name: str, *more: str) -> str:
    said = StringIO()
    call_command("reset_second_factor", "--jobcenter", jobcenter, "--name", name, *more, stdout=said)
    return said.getvalue()


@pytest.fixture
def erika(fulda: Jobcenter) -> Membership:
    make_office(fulda)
    member = make_member(fulda, Role.FRONT_DESK, "Erika Muster")
    set_up(member)
    return member


def test_app_codes_and_sessions_are_gone_and_it_is_written_down(erika: Membership) -> None:
    client = browser_of(erika)
    assert client.get(DESK).status_code == 200
    reset("fulda", "Erika Muster")
    assert (second_factor.is_set_up(erika.pk), RecoveryCode.objects.count(), StaffSession.objects.count()) == (
        False,
        0,
        0,
    )
    assert client.get(DESK).status_code == 303
    last = AuditEntry.objects.latest("id")
    assert (last.action, last.subject) == ("second_factor_reset", f"membership:{erika.pk}")


def test_of_two_people_of_one_name_the_operator_says_which(fulda: Jobcenter, erika: Membership) -> None:
    other = make_member(fulda, Role.CASEWORKER, "Erika Muster")
    set_up(other)
    with pytest.raises(CommandError, match=rf"--number: {erika.pk} \(front_desk\), {other.pk} \(caseworker\)"):
        reset("fulda", "Erika Muster")
    reset("fulda", "Erika Muster", "--number", str(other.pk))
    assert (second_factor.is_set_up(erika.pk), second_factor.is_set_up(other.pk)) == (True, False)


@pytest.mark.parametrize(
    ("jobcenter", "name", "said"),
    [
        ("nirgends", "Erika Muster", "no Jobcenter"),
        ("fulda", "Otto Muster", "Nobody of that name"),
        ("wiesbaden", "Erika Muster", "Nobody of that name"),
    ],
)
def test_what_cannot_be_meant_is_said_and_changes_nothing(
    erika: Membership, wiesbaden: Jobcenter, jobcenter: str, name: str, said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        reset(jobcenter, name)
    assert second_factor.is_set_up(erika.pk)


def test_who_has_none_has_nothing_to_forget(fulda: Jobcenter, erika: Membership) -> None:
    make_member(fulda, Role.CASEWORKER, "Otto Muster")
    with pytest.raises(CommandError, match="no second factor"):
        reset("fulda", "Otto Muster")
