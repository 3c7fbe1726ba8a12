# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""With production settings there is no demo: not one address, not one module."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.test import Client

from jobcenter_portal.accounts.permissions import Role
from tests.appointments.desk.staff import make_member
from tests.factories import make_jobcenter

ADDRESSES = ("/demo/", "/demo/outbox/", "/demo/outbox/00000000000000000000/", "/fulda/demo/")
MODULES = ("apps", "people", "sign_in", "views", "urls", "management.commands.demo_logins")
PROGRAM = """
import importlib, json, sys
import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
settings.STORAGES['staticfiles']['BACKEND'] = 'django.contrib.staticfiles.storage.StaticFilesStorage'  # not built
django.setup()
addresses, modules, person = json.loads(sys.argv[1])
client = Client(raise_request_exception=False, headers={"X-Forwarded-Proto": "https"})
found = {address: client.get(address).status_code for address in addresses}
found["door"] = client.get("/fulda/anmelden/").status_code
found["press"] = client.post("/fulda/anmelden/", {"person": person}).status_code
for name in modules:
    try:
        importlib.import_module(f"jobcenter_portal.demo.{name}")
        found[name] = "loaded"
    except ImproperlyConfigured:
        found[name] = "refused"
print(json.dumps(found))
"""


def in_production(person: int) -> dict[str, object]:
    """What a process with production settings answers, on the database of this test run."""
    asked = json.dumps([ADDRESSES, MODULES, person])
    done = subprocess.run(  # noqa: S603 -- our own program
        [sys.executable, "-W", "ignore", "-c", PROGRAM, asked],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "jobcenter_portal.settings.production"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return answer


@pytest.mark.django_db(transaction=True)
def test_production_has_no_address_and_no_module_of_the_demo() -> None:
    from_tests = Client()
    assert from_tests.get("/demo/outbox/").status_code == 200  # here, in the demo's settings, it exists
    assert in_production(1) == {
        **dict.fromkeys(ADDRESSES, 404),
        "door": 404,  # no Jobcenter yet
        "press": 404,
        **dict.fromkeys(MODULES, "refused"),
    }


def test_production_shows_the_door_and_lets_nobody_in(transactional_db: None) -> None:
    member = make_member(make_jobcenter("fulda"), Role.CASEWORKER)
    answer = in_production(member.pk)
    assert answer["press"] == 405
