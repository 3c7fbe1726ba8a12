# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A new version's migration runs while the old version's workers send."""

import psycopg
import pytest

from jobcenter_portal.settings.test import TEST_DATABASE
from jobcenter_portal.tenancy.models import Jobcenter
from tests.conftest import superuser_url
from tests.notifications.fake_app.kinds import FakeKind
from tests.notifications.processes.steps import MakeWorkers, caught, plan_many, states
from tests.notifications.servers import Catchers, wait_until

pytestmark = pytest.mark.usefixtures("transactional_db")


def test_workers_send_on_while_tables_get_columns_that_they_do_not_know(
    fulda: Jobcenter, note_kind: FakeKind, catchers: Catchers, workers: MakeWorkers
) -> None:
    """Fault 46, for what may be expected of it: migrations that only add (first the column, then the code).

    Workers that started before and after it share the work. A migration that takes a column away has to wait until no
    worker of the old version runs.
    """
    catchers.start("smtp")
    processes = workers(catchers)
    processes.ready_worker(concurrency=2)
    processes.beat()
    plan_many(150)
    wait_until("some have arrived", lambda: states()["accepted"] >= 10)
    url = f"{superuser_url().rpartition('/')[0]}/{TEST_DATABASE}"
    tables = ("notifications_message", "notifications_attempt", "tenancy_tenantsettings")
    with psycopg.connect(url, autocommit=True) as owner:
        try:
            for table in tables:
                owner.execute(f"ALTER TABLE {table} ADD COLUMN of_tomorrow text")
            processes.ready_worker("--hostname=new@test", concurrency=1)
            plan_many(50, first=150)
            wait_until("all are noted", lambda: states() == {"accepted": 200})
        finally:
            for table in tables:
                owner.execute(f"ALTER TABLE {table} DROP COLUMN IF EXISTS of_tomorrow")
    assert (len(caught(catchers)), set(caught(catchers).values())) == (200, {1})
    assert '"level": "error"' not in processes.log("worker")
