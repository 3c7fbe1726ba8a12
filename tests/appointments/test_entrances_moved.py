# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one German sentence about a door becomes a text per language; processes of the version before go on working."""

from importlib import import_module

import pytest
from django.db import connections, transaction

from appointments.models import Location
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter

MIGRATION = import_module("appointments.migrations.0012_entrances_in_every_language")
BEFORE = """
INSERT INTO appointments_location (tenant_id, slug, name, street, town, entrance, position)
VALUES (%s, %s, 'Haus', 'Weg 1', '36037 Fulda', %s, 0)"""


@pytest.mark.django_db(databases=["default", "owner"])
def test_what_was_said_about_doors_is_carried_over_in_every_jobcenter() -> None:
    with transaction.atomic(using="owner"):
        for slug in ("erstes", "zweites"):
            jobcenter = Jobcenter.objects.using("owner").create(slug=slug, name=slug, short_name=slug)
            with tenant_context(jobcenter), connections["owner"].cursor() as cursor:
                cursor.execute(BEFORE, [jobcenter.pk, "haus", f"Tor „{slug}“"])
                cursor.execute(BEFORE, [jobcenter.pk, "anbau", ""])
        with connections["owner"].cursor() as cursor:  # like a migration: in nobody's name
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(MIGRATION.CARRIED_OVER)
        found = {}
        for jobcenter in Jobcenter.objects.using("owner").filter(slug__in=("erstes", "zweites")):
            with tenant_context(jobcenter):
                places = Location.objects.using("owner").order_by("slug")
                found[jobcenter.slug] = [(one.slug, one.entrances, one.way_in("uk")) for one in places]
        transaction.set_rollback(True, using="owner")
    assert found == {
        "erstes": [("anbau", {}, ""), ("haus", {"de": "Tor „erstes“"}, "Tor „erstes“")],
        "zweites": [("anbau", {}, ""), ("haus", {"de": "Tor „zweites“"}, "Tor „zweites“")],
    }
