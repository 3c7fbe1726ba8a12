# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every Celery task says for whom it works, carries ids only, and never waits inside the broker."""

import ast
from collections.abc import Iterator
from importlib import import_module
from typing import Any, Final

import pytest
from celery import Celery

from jobcenter_portal.celery import app
from jobcenter_portal.settings import celery_options
from jobcenter_portal.tenancy.context import NoTenant, current_tenant_id, tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.tenancy.tasks import HEADER, NotAnId, PlatformTask, TenantTask
from tests.architecture.sources import name_of, our_sources

TASKS: Final[dict[str, type]] = {
    "about.forget_old_feedback_of_all_tenants": PlatformTask,
    "appointments.expire_holds_of_all_tenants": PlatformTask,
    "appointments.follow_plans_of_all_tenants": PlatformTask,
    "appointments.remind_offices_of_all_tenants": PlatformTask,
    "appointments.offer_free_times_of_all_tenants": PlatformTask,
    "appointments.write_emergency_lists_of_all_tenants": PlatformTask,
    "audit.forget_old_of_all_tenants": PlatformTask,
    "notifications.deliver_due": TenantTask,
    "notifications.deliver_due_of_all_tenants": PlatformTask,
    "notifications.forget_old_of_all_tenants": PlatformTask,
    "notifications.reap_of_all_tenants": PlatformTask,
    "notifications.urgent_lane_of_all_tenants": PlatformTask,
    "rest.forget_old_answers_of_all_tenants": PlatformTask,
}
"""Every task of ours and for whom it works. One for all tenants says so in its name."""

TASK_MODULES: Final = frozenset(
    {
        "appointments.tasks",
        "jobcenter_portal.about.tasks",
        "jobcenter_portal.audit.tasks",
        "jobcenter_portal.rest.tasks",
        "notifications.tasks",
    }
)
"""The only modules in which tasks are made; jobcenter_portal.celery looks for them there."""

WAITING_IN_THE_BROKER: Final = frozenset({"eta", "countdown"})


def _our_tasks() -> dict[str, Any]:
    for module in TASK_MODULES:
        import_module(module)
    return {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}


def test_every_task_stands_in_the_written_list_with_its_base() -> None:
    assert {name: type(task).__mro__[1] for name, task in _our_tasks().items()} == TASKS


def test_tasks_are_made_nowhere_else() -> None:
    makers = {
        name_of(path).removesuffix(".py").replace("/", ".")
        for path in our_sources()
        if "shared_task" in (source := path.read_text(encoding="utf-8")) or "app.task" in source
    }
    assert makers == TASK_MODULES


def test_a_task_for_all_tenants_says_so_in_its_name() -> None:
    for name, base in TASKS.items():
        assert name.endswith("_of_all_tenants") == (base is PlatformTask), name


def test_beat_starts_only_platform_tasks_at_intervals() -> None:
    for entry in celery_options.beat_schedule.values():
        assert TASKS[str(entry["task"])] is PlatformTask
        assert isinstance(entry["schedule"], float), "business times stand in the database, not in beat"


# --- The bases, shown with tasks of an app of this test's own ---------------------------------------------------------
class _Sent(Exception):
    """Instead of a broker: what would have travelled."""


@pytest.fixture
def probe() -> Iterator[tuple[Any, Any]]:
    own = Celery("probe", set_as_current=False, broker="memory://")
    own.conf.task_always_eager = True
    own.conf.task_eager_propagates = True

    @own.task(base=TenantTask, name="probe.tenant", shared=False)
    def of_tenant(*_ids: object) -> int | None:
        return current_tenant_id()

    @own.task(base=PlatformTask, name="probe.platform", shared=False)
    def of_platform(*_ids: object) -> int | None:
        return current_tenant_id()

    yield of_tenant, of_platform
    own.close()


def test_a_tenants_task_is_not_sent_without_a_jobcenter(probe: tuple[Any, Any]) -> None:
    for send in (probe[0].delay, probe[0].apply_async):
        with pytest.raises(NoTenant, match="without a Jobcenter"):
            send()


def test_a_tenants_task_does_not_run_without_the_header(probe: tuple[Any, Any], fulda: Jobcenter) -> None:
    with pytest.raises(NoTenant, match="arrived without"):
        probe[0].apply()


def test_the_tenant_travels_in_the_header_and_counts_more_than_the_state_of_the_worker(
    probe: tuple[Any, Any], fulda: Jobcenter, wiesbaden: Jobcenter
) -> None:
    assert probe[0].apply(headers={HEADER: wiesbaden.pk}).get() == wiesbaden.pk
    assert current_tenant_id() == fulda.pk


def test_the_header_that_leaves_is_the_contexts_and_cannot_be_overridden(
    probe: tuple[Any, Any], fulda: Jobcenter, wiesbaden: Jobcenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(
        "celery.app.task.Task.apply_async", lambda _task, *_a, **options: sent.append(options["headers"])
    )
    probe[0].apply_async((7,), headers={HEADER: wiesbaden.pk, "trace": "x"})
    assert sent == [{HEADER: fulda.pk, "trace": "x"}]


def test_a_header_of_a_jobcenter_that_is_not_there_runs_nothing(probe: tuple[Any, Any], db: None) -> None:
    with pytest.raises(Jobcenter.DoesNotExist):
        probe[0].apply(headers={HEADER: 4_000_000})


@pytest.mark.parametrize(
    "content",
    ["jürgen@example.org", "Jürgen Größer", "+49 151 00000", b"bytes", 1.5, ["1"], {"id": 1}, "x" * 65],
    ids=str,
)
def test_content_is_refused_by_both_kinds_of_task(probe: tuple[Any, Any], fulda: Jobcenter, content: object) -> None:
    for task in probe:
        with pytest.raises(NotAnId, match="only ids") as refused:
            task.delay(content)
        assert str(content) not in str(refused.value)
        with pytest.raises(NotAnId):
            task.apply_async(kwargs={"about": content})


def test_ids_may_travel(probe: tuple[Any, Any], fulda: Jobcenter) -> None:
    _of_tenant, of_platform = probe
    with tenant_context(fulda):
        assert of_platform.delay(7, "appointment:7", None).get() == fulda.pk  # eager: in the caller's own context


# --- No task waits in the broker: a restart would lose it, a visibility timeout double it -----------------------------
def waiting_in(source: str) -> list[str]:
    """Every use of eta=, countdown= or retry() in a source text."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            found += [f"{node.lineno}: {word.arg}=" for word in node.keywords if word.arg in WAITING_IN_THE_BROKER]
            if isinstance(node.func, ast.Attribute) and node.func.attr == "retry":
                found.append(f"{node.lineno}: retry()")
    return found


def test_no_task_waits_inside_the_broker() -> None:
    waits = {name_of(path): waiting_in(path.read_text(encoding="utf-8")) for path in our_sources()}
    assert {name: found for name, found in waits.items() if found} == {}


def test_waiting_in_the_broker_would_be_found() -> None:
    assert waiting_in("t.apply_async(eta=x)\nt.s().set(countdown=3)\nself.retry(exc=e)") == [
        "1: eta=",
        "2: countdown=",
        "3: retry()",
    ]
