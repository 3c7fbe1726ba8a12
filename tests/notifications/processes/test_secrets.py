# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where people's data must never be: everything the broker is told, and everything the processes write down."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from jobcenter_portal.tenancy.models import Jobcenter
from notifications.service import Channel
from tests.notifications.fake_app.kinds import PERSON, PHONE, FakeKind
from tests.notifications.processes.steps import MakeWorkers, plan_many, states
from tests.notifications.servers import Catchers, Redis, end, wait_until

pytestmark = pytest.mark.usefixtures("transactional_db")
CANARIES = (PERSON, PERSON.split()[-1], "people.example", PHONE, PHONE.removeprefix("+49"))


@contextmanager
def overheard(redis: Redis) -> Iterator[list[str]]:
    """Every command that the broker is given meanwhile, with its values."""
    said: list[str] = []
    client = redis.client()

    def listen(monitor: Any) -> None:
        for command in monitor.listen():
            said.append(command["command"])
            if command["command"] == "ECHO the end":
                return

    with client.monitor() as monitor:
        listener = threading.Thread(target=listen, args=(monitor,), daemon=True)
        listener.start()
        yield said
        client.echo("the end")
        listener.join(5)


def everything_in(redis: Redis) -> str:
    client: Any = redis.client()
    read: dict[bytes, Callable[[bytes], Any]] = {
        b"list": lambda key: client.lrange(key, 0, -1),
        b"hash": client.hgetall,
        b"zset": lambda key: client.zrange(key, 0, -1),
        b"set": client.smembers,
        b"string": client.get,
        b"none": lambda _key: "",  # gone since it was listed
    }
    return "\n".join(f"{key!r} {read[client.type(key)](key)!r}" for key in client.keys("*"))


def found(text: str) -> list[str]:
    return [canary for canary in CANARIES if canary in text]


def test_neither_broker_nor_logs_ever_hold_a_name_an_address_or_a_number(
    fulda: Jobcenter,
    note_kind: FakeKind,
    catchers: Catchers,
    redis: Redis,
    workers: MakeWorkers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Faults 44 and 45: 200 messages, some of them refused, some through a provider that is away for a while."""
    catchers.start("smtp", CATCHER_FAULT="refuse-after-dot", CATCHER_FAULT_TIMES="5")
    sms = catchers.start("sms")
    port = int(catchers.addresses["SMS_GATEWAY_URL"].rpartition(":")[2])
    monkeypatch.setenv("CELERY_BROKER_WRITE_URL", redis.url)
    with overheard(redis) as said:
        processes = workers(catchers)
        processes.ready_worker(concurrency=2)
        processes.beat()
        processes.loop()
        plan_many(120, about="person")
        in_between = everything_in(redis)
        end(sms)
        plan_many(80, first=200, about="person", channel=Channel.SMS, respects_quiet=False)
        wait_until("some were tried in vain", lambda: states()["retry"] > 0)
        catchers.start("sms", port=port)
        wait_until("the mails are dealt with", lambda: states()["accepted"] + states()["failed"] >= 120)
    assert PERSON in catchers.mails()[0].text  # the canary sings where it belongs
    assert any("notifications.deliver_due" in command for command in said)
    assert found("\n".join(said)) == []
    assert found(in_between + everything_in(redis)) == []
    logs = {name: found(processes.log(name)) for name in ("worker", "beat", "loop")}
    assert logs == {"worker": [], "beat": [], "loop": []}
    assert "messages handed over" in processes.log("worker") + processes.log("loop")
