# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Knocks on devices, against a push service that is a process of its own and refuses what the real ones refuse."""

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.channels.base import (
    Accepted,
    Ambiguous,
    BadConfig,
    OutgoingPush,
    RejectedPermanent,
    RejectedTemporary,
    Throttled,
)
from notifications.channels.push.endpoints import KNOWN_SERVICES, UnknownService, checked_endpoint
from notifications.channels.push.vapid import BadKey, Vapid
from notifications.channels.push.web_push import DRIVER, WebPushSession
from tests.notifications.channels.conftest import Catcher, StartCatcher

KEY = base64.urlsafe_b64encode(bytes(range(1, 33))).decode().rstrip("=")
TOPIC = "0f" * 16
FCM = "https://fcm.googleapis.com/fcm/send/abc:DEF_1-2"
Start = Callable[..., Catcher]


def push(endpoint: str, **changes: Any) -> OutgoingPush:
    values: dict[str, Any] = {
        "reference": TOPIC,
        "endpoint": endpoint,
        "topic": TOPIC,
        "ttl_seconds": 3600,
        "is_urgent": False,
    }
    return OutgoingPush(**(values | changes))


@contextmanager
def speaking_to(service: Catcher) -> Iterator[WebPushSession]:
    hosts = f"http://127.0.0.1:{service.port}"
    with DRIVER.open({"key": KEY, "contact": "mailto:termine@fulda.example", "hosts": hosts}) as session:
        yield session


def device(service: Catcher, name: str = "phone-of-anna") -> str:
    return f"http://127.0.0.1:{service.port}/p/{name}"


def knocks(service: Catcher) -> list[dict[str, Any]]:
    """What devices would be shown."""
    found = [json.loads(path.read_bytes()) for path in (service.folder / "push").glob("*.json")]
    return sorted(found, key=lambda knock: str(knock["received_at"]))


def test_a_knock_arrives_with_its_urgency_and_how_long_it_is_of_use(start_catcher: StartCatcher) -> None:
    service = start_catcher("push")
    with speaking_to(service) as session:
        result = session.send(push(device(service), is_urgent=True), now=datetime.now(UTC))
    assert isinstance(result, Accepted)
    assert len(result.reference) == 22
    (knock,) = knocks(service)
    del knock["received_at"]
    assert knock == {"device": "phone-of-anna", "topic": TOPIC, "ttl": 3600, "urgency": "high", "times": 1}


def test_a_second_knock_takes_the_place_of_the_first(start_catcher: StartCatcher) -> None:
    service = start_catcher("push", CATCHER_FAULT="500-after-accept", CATCHER_FAULT_TIMES="1")
    with speaking_to(service) as session:
        assert session.send(push(device(service)), now=datetime.now(UTC)) == Ambiguous("push-500")
        # Nobody can be asked, and sending again repeats nothing.
        assert session.ask(TOPIC) is None
        assert isinstance(session.send(push(device(service)), now=datetime.now(UTC)), Accepted)
    assert [(knock["topic"], knock["times"]) for knock in knocks(service)] == [(TOPIC, 2)]


@pytest.mark.parametrize(("name", "status"), [("gone-phone", 410), ("unknown-phone", 404)])
def test_a_device_that_is_gone_gets_nothing_more(start_catcher: StartCatcher, name: str, status: int) -> None:
    service = start_catcher("push")
    with speaking_to(service) as session:
        result = session.send(push(device(service, name)), now=datetime.now(UTC))
    assert result == RejectedPermanent(f"push-{status}", suppress=True)


def test_one_browser_with_a_key_of_its_own_is_no_problem_of_the_whole_account(start_catcher: StartCatcher) -> None:
    service = start_catcher("push")
    with speaking_to(service) as session:
        assert session.send(push(device(service, "foreign-phone")), now=datetime.now(UTC)) == RejectedTemporary(
            "push-403", None
        )
        assert isinstance(session.send(push(device(service)), now=datetime.now(UTC)), Accepted)


@pytest.mark.parametrize(
    ("status", "result"),
    [
        ("400", RejectedPermanent("push-400", suppress=False)),
        ("413", RejectedPermanent("push-413", suppress=False)),
        ("401", RejectedTemporary("push-401", None)),
        ("503", RejectedTemporary("push-503", timedelta(seconds=60))),
        ("502", Ambiguous("push-502")),
        ("504", Ambiguous("push-504")),
    ],
)
def test_what_each_answer_means(start_catcher: StartCatcher, status: str, result: object) -> None:
    service = start_catcher("push", CATCHER_FAULT="status", CATCHER_FAULT_CODE=status)
    with speaking_to(service) as session:
        assert session.send(push(device(service)), now=datetime.now(UTC)) == result
    assert knocks(service) == []


def test_a_service_may_ask_for_a_pause(start_catcher: StartCatcher) -> None:
    service = start_catcher("push", CATCHER_FAULT="429")
    with speaking_to(service) as session:
        assert session.send(push(device(service)), now=datetime.now(UTC)) == Throttled(timedelta(seconds=7))


def test_no_redirect_is_followed(start_catcher: StartCatcher) -> None:
    service = start_catcher("push", CATCHER_FAULT="redirect", CATCHER_FAULT_TIMES="1")
    with speaking_to(service) as session:
        result = session.send(push(device(service)), now=datetime.now(UTC))
    assert (result, knocks(service)) == (RejectedPermanent("push-307", suppress=False), [])


def test_a_line_that_breaks_after_the_request_left_is_unclear(start_catcher: StartCatcher) -> None:
    service = start_catcher("push", CATCHER_FAULT="hang-up", CATCHER_FAULT_TIMES="1")
    with speaking_to(service) as session:
        assert session.send(push(device(service)), now=datetime.now(UTC)) == Ambiguous("no-answer")
        assert isinstance(session.send(push(device(service)), now=datetime.now(UTC)), Accepted)


def test_a_service_that_is_not_there_took_nothing(start_catcher: StartCatcher) -> None:
    service = start_catcher("push")
    service.process.terminate()
    service.process.wait(10)
    with speaking_to(service) as session:
        assert session.send(push(device(service)), now=datetime.now(UTC)) == RejectedTemporary("connect", None)


def test_a_note_of_yesterday_is_not_taken(start_catcher: StartCatcher) -> None:
    """The service stands for the real ones: it looks at the signature, at whom the note is for and until when."""
    service = start_catcher("push")
    with speaking_to(service) as session:
        yesterday = datetime.now(UTC) - timedelta(days=1)
        assert session.send(push(device(service)), now=yesterday) == RejectedTemporary("push-403", None)
    assert knocks(service) == []


@pytest.mark.parametrize("ttl", [-5, 0, 10**9])
def test_how_long_it_is_of_use_stays_within_what_services_take(start_catcher: StartCatcher, ttl: int) -> None:
    service = start_catcher("push")
    with speaking_to(service) as session:
        session.send(push(device(service), ttl_seconds=ttl), now=datetime.now(UTC))
    assert [knock["ttl"] for knock in knocks(service)] == [0 if ttl < 1 else 28 * 24 * 3600]


@pytest.mark.parametrize("topic", ["", "a" * 33, "zwei Wörter", "a\r\nX-Other: 1"])
def test_a_topic_that_no_service_takes_is_refused_before_anything_is_sent(topic: str) -> None:
    with (
        DRIVER.open({"key": KEY, "contact": "mailto:a@b.example", "hosts": ""}) as session,
        pytest.raises(ValueError, match="topic"),
    ):
        session.send(push(FCM, topic=topic), now=datetime.now(UTC))


@pytest.mark.parametrize(
    "endpoint",
    [
        FCM,
        "https://updates.push.services.mozilla.com/wpush/v2/gAAAA-_",
        "https://wns2-par02p.notify.windows.com/w/?token=BQYAAA%3d",
        "https://web.push.apple.com/QGu-1_x",
        "https://FCM.googleapis.com/fcm/send/x",
    ],
)
def test_browsers_bring_endpoints_of_known_services(endpoint: str) -> None:
    assert checked_endpoint(endpoint, services=KNOWN_SERVICES) == endpoint


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/fcm/send/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evilfcm.googleapis.com/x",
        "https://push.services.mozilla.com/x",
        "https://evilpush.services.mozilla.com.evil.example/x",
        "https://user@fcm.googleapis.com/x",
        "https://evil.example\\@fcm.googleapis.com/x",
        "https://evil.example/https://fcm.googleapis.com/x",
        "https://evil.example#fcm.googleapis.com",
        "https://fcm.googleapis.com#x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/x",
        "https://localhost/x",
        "http://127.0.0.1:6379/x",
        "https://fcm.googleapis.com./x",
        "https://ﬁcm.googleapis.com/x",
        "https://fcm.googleapis.com/x\r\nHost: evil",
        "https://fcm.googleapis.com/" + "x" * 1000,
        "https://[fcm.googleapis.com/x",
        "file:///etc/passwd",
        "",
    ],
)
def test_no_other_address_is_ever_knocked_at(endpoint: str) -> None:
    with pytest.raises(UnknownService) as refused:
        checked_endpoint(endpoint, services=KNOWN_SERVICES)
    assert "evil" not in str(refused.value)
    with DRIVER.open({"key": KEY, "contact": "mailto:a@b.example"}) as session, pytest.raises(UnknownService):
        session.send(push(endpoint), now=datetime.now(UTC))


@given(st.text(max_size=60))
def test_nothing_typed_before_a_known_name_becomes_an_endpoint(rubbish: str) -> None:
    for endpoint in (
        f"https://{rubbish}",
        f"https://{rubbish}@fcm.googleapis.com/x",
        f"{rubbish}://fcm.googleapis.com/",
    ):
        if endpoint.startswith("https://fcm.googleapis.com/"):
            continue
        with pytest.raises(UnknownService):
            checked_endpoint(endpoint, services=["fcm.googleapis.com"])


@pytest.mark.parametrize("key", ["", "kurz", "A" * 43, "_" * 43, "ä" * 43, KEY + "=" * 5, "x" * 100])
def test_a_key_that_is_none_is_named_before_anything_is_sent(key: str) -> None:
    with pytest.raises(BadConfig) as refused:
        DRIVER.open({"key": key, "contact": "mailto:a@b.example"})
    assert refused.value.field_name == "key"
    assert not key or key not in refused.value.sentence


def test_without_an_address_for_operators_there_is_no_account() -> None:
    for contact in ("", "termine@fulda.example"):
        with pytest.raises(BadConfig) as refused:
            DRIVER.open({"key": KEY, "contact": contact})
        assert refused.value.field_name == "contact"


def test_the_same_key_shows_browsers_the_same_public_key() -> None:
    """A subscription is bound to it, so it may not change from start to start."""
    first, again = (Vapid.from_text(KEY, contact="mailto:a@b.example").public_key for _ in range(2))
    assert first == again
    point = base64.urlsafe_b64decode(first + "=")
    assert (len(point), point[0]) == (65, 4)
    with pytest.raises(BadKey) as refused:
        Vapid.from_text("A" * 43, contact="mailto:a@b.example")
    assert "AAA" not in str(refused.value)
