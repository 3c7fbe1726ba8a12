# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of the interface, below `/<jobcenter>/api/v1/`."""

from collections.abc import Callable
from typing import Final

from django.http import HttpResponseBase
from django.urls import path

from appointments.rest import appointments, choosing, holds, proofs
from jobcenter_portal.accounts.permissions import open_to_all
from jobcenter_portal.rest.views import ApiView

_FOR_EVERYBODY: Final = "booking needs no account"
_HOLDERS: Final = "the hold's token in the address is the key"
_OWNERS: Final = "the key in the address is the permission"


def _open(view: type[ApiView], because: str) -> Callable[..., HttpResponseBase]:
    declared: Callable[..., HttpResponseBase] = open_to_all(because)(view.as_view())
    return declared


app_name = "api"
urlpatterns = [
    path("services/", _open(choosing.Services, _FOR_EVERYBODY), name="services"),
    path("municipalities/", _open(choosing.Municipalities, _FOR_EVERYBODY), name="municipalities"),
    path("caseworkers/", _open(choosing.Caseworkers, _FOR_EVERYBODY), name="caseworkers"),
    path("services/<slug:service>/slots/", _open(choosing.Slots, _FOR_EVERYBODY), name="slots"),
    path("holds/", _open(holds.Holds, _FOR_EVERYBODY), name="holds"),
    path("holds/<str:token>/", _open(holds.OneHold, _HOLDERS), name="hold"),
    path("holds/<str:token>/extend/", _open(holds.Extension, _HOLDERS), name="extend"),
    path("holds/<str:token>/codes/", _open(proofs.Codes, _HOLDERS), name="codes"),
    path("holds/<str:token>/proofs/", _open(proofs.Proofs, _HOLDERS), name="proofs"),
    path("appointments/", _open(appointments.Appointments, _FOR_EVERYBODY), name="appointments"),
    path("appointments/<str:key>/", _open(appointments.OneAppointment, _OWNERS), name="appointment"),
    path("appointments/<str:key>/move/", _open(appointments.Move, _OWNERS), name="move"),
    path("appointments/<str:key>/cancel/", _open(appointments.Cancellation, _OWNERS), name="cancel"),
    path("appointments/<str:key>/undo-cancel/", _open(appointments.Undo, _OWNERS), name="undo-cancel"),
]
