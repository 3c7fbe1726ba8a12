# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`make chaos`: real processes deliver messages and are killed at random; is anything lost, or sent twice unseen?

E-mails about MESSAGES (50,000) things are planned at five Jobcenters, every seventh is moved a little later, while
KILLS (1,000) times somebody gets kill -9: a worker's main process or one of its children, beat, the fallback loop,
Valkey, PostgreSQL or one of its processes. Everything is the run's own, below .data/chaos. PACE (0.8) is half of the
longest time between two kills in seconds, SECONDS (3,300) ends the killing early, SEED throws the same dice again.

What is real: processes, database (durable), broker, SMTP, every signal, and time while kills go on: leases of 90 and
240 seconds lapse by themselves. What is not: every so often everything that delivers is killed at once ("everybody"),
and when nobody is alive any more who could hold a message, leases and rests in the rows are set to the past, as if
some minutes had gone by. At the end likewise, and rests (never leases) also while the last messages are brought out.
How long a message is of use is never moved.

The truth is the mail server's own journal, which bench.killing.judge compares with the rows.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.core.management import call_command

from bench.common import django_first  # noqa: F401 -- before everything that imports models
from bench.common.portal import using
from bench.common.report import heading, last_line, machine, table
from bench.common.server import Server
from bench.crowd import house
from bench.killing import messages, sink
from bench.killing.judge import Verdict, judge
from bench.killing.processes import Deliverers, Servers
from jobcenter_portal.embedded import postgres, valkey
from jobcenter_portal.embedded.bootstrap import ROOT, SetupError, say
from jobcenter_portal.embedded.database import APP, OWNER
from jobcenter_portal.embedded.environment import plain
from jobcenter_portal.embedded.launcher import stopping_cleanly
from jobcenter_portal.embedded.places import Places
from jobcenter_portal.embedded.ports import LOOPBACK, free_port
from jobcenter_portal.embedded.processes import Program, Stage, Supervisor
from jobcenter_portal.embedded.servers import sole_launcher
from jobcenter_portal.embedded.state import Secrets
from jobcenter_portal.tenancy.models import Jobcenter
from notifications import kinds
from tests.notifications.fake_app.kinds import change, note

DATABASE: Final = "chaos"
SLUGS: Final = ("fulda", "wiesbaden", "offenbach", "marburg", "bergstrasse")
SLOWEST_MAIL_S: Final = 0.04
WORD_S: Final = 15.0
START_S: Final = 20.0
TARGETS: Final = {
    "child": 30,
    "worker": 14,
    "loop": 10,
    "beat": 8,
    "valkey": 13,
    "postgres-process": 14,
    "postgres": 11,
}
"""Whom it hits, and how often in a hundred; "everybody" comes on top, once in so many kills."""
EVERYBODY: Final = 25
SHOWN: Final = 20


class SomethingWrong(RuntimeError):
    """Lost, sent twice unseen, sent when it was of no use, or after what is newer."""


@dataclass(frozen=True, slots=True)
class Wanted:
    messages: int
    kills: int
    pace: float
    seconds: float
    seed: int

    @classmethod
    def of_environment(cls) -> Wanted:
        read = os.environ.get
        return cls(
            messages=int(read("MESSAGES", "50000")),
            kills=int(read("KILLS", "1000")),
            pace=float(read("PACE", "0.8")),
            seconds=float(read("SECONDS", "3300")),
            seed=int(read("SEED", "0")) or random.SystemRandom().randrange(1, 10**6),
        )


@dataclass(slots=True)
class Chaos:
    """One run."""

    wanted: Wanted
    servers: Servers
    deliverers: Deliverers
    planning: messages.Planning
    database: str
    """Its superuser's way in."""
    chance: random.Random
    kills: Counter[str] = field(default_factory=Counter)
    last_word: float = 0.0

    def run(self) -> None:
        """Kill, plan, kill, plan …; each stretch brings its share of the messages."""
        began, wanted = time.monotonic(), self.wanted
        planned, everybody = 0, min(EVERYBODY, max(2, wanted.kills // 2))
        self._start_everybody()
        while self.kills.total() < wanted.kills and time.monotonic() - began < wanted.seconds:
            share = wanted.messages * (self.kills.total() + 1) // wanted.kills
            self.planning.plan(range(planned, share))
            planned = share
            time.sleep(self.chance.uniform(0.1, 2 * wanted.pace - 0.1))
            if (self.kills.total() + 1) % everybody:
                self._kill_somebody()
            else:
                self._kill_everybody()
                self._start_everybody()
            self.deliverers.revive()
            self._say(f"{self.kills.total():,} kills, {planned:,} messages, {time.monotonic() - began:.0f} s")
        self.planning.plan(range(planned, wanted.messages))
        self.planning.end()

    def settle(self) -> int:
        """Nobody is killed any more, everything is brought to an end. Returns what could not be."""
        self.deliverers.kill_all()
        messages.minutes_pass(self.database, nobody_lives=True)
        self.deliverers.revive()
        until = time.monotonic() + 120 + self.wanted.messages / 20
        while (left := messages.still_open(self.database)) and time.monotonic() < until:
            self._say(f"{left:,} messages are not at their end yet")
            time.sleep(1)
            messages.minutes_pass(self.database, nobody_lives=False)
        self.deliverers.kill_all()
        return left

    def _kill_somebody(self) -> None:
        ways: dict[str, Callable[[], bool]] = {
            "child": self._kill_child,
            "worker": lambda: self._kill_main("worker"),
            "loop": lambda: self._kill_main("loop"),
            "beat": lambda: self._kill_main("beat"),
            "valkey": lambda: self._kill_server(valkey.NAME, signal.SIGKILL),
            "postgres-process": lambda: self.servers.kill_backend(self.chance),
            "postgres": lambda: self._kill_server(postgres.NAME, self.chance.choice((signal.SIGKILL, signal.SIGQUIT))),
        }
        while True:
            (target,) = self.chance.choices(list(TARGETS), list(TARGETS.values()))
            if ways[target]():
                self.kills[target] += 1
                return

    def _kill_child(self) -> bool:
        workers = self.deliverers.grown_up("worker")
        return bool(workers) and self.deliverers.kill_child(self.chance.choice(workers), self.chance)

    def _kill_main(self, start: str) -> bool:
        names = self.deliverers.grown_up(start)
        if names:
            self.deliverers.kill_main(self.chance.choice(names))
            time.sleep(self.chance.random() * self.wanted.pace)
        return bool(names)

    def _kill_server(self, name: str, how: signal.Signals) -> bool:
        self.servers.kill(name, how)
        time.sleep(self.chance.random() * self.wanted.pace / 2)
        self.servers.start(name)
        return True

    def _kill_everybody(self) -> None:
        self.deliverers.kill_all()
        messages.insisting(lambda: messages.minutes_pass(self.database, nobody_lives=True))
        self.kills["everybody"] += 1

    def _start_everybody(self) -> None:
        """Until a worker is at work, so that the next kill finds somebody."""
        self.deliverers.revive()
        until = time.monotonic() + START_S
        while not self.deliverers.grown_up("worker") and time.monotonic() < until:
            time.sleep(0.1)

    def _say(self, text: str) -> None:
        if time.monotonic() - self.last_word > WORD_S:
            self.last_word = time.monotonic()
            say(f"      … {text}")


@contextlib.contextmanager
def prepared(wanted: Wanted) -> Iterator[tuple[Chaos, Path]]:
    """Servers, an empty database and a mail server with an empty journal, all of them the run's own."""
    places = Places.of("chaos", os.environ)
    with stopping_cleanly(), sole_launcher(places):
        supervisor, secrets = Supervisor(places.log), Secrets.of(places)
        servers = Servers.of(places, secrets)
        try:
            superuser = servers.postgres.url(servers.start(postgres.NAME))
            redis_url = servers.valkey.url(servers.start(valkey.NAME))
            server = Server(superuser, redis_url, places, secrets, supervisor, is_ours=True)
            os.environ["CELERY_BROKER_WRITE_URL"] = redis_url
            jobcenters = _offices(server)
            journal, smtp_url = _mail_server(places, secrets, supervisor)
            told = plain() | {
                "DJANGO_SETTINGS_MODULE": "bench.killing.settings",
                "DATABASE_URL": server.url(DATABASE, APP),
                "REDIS_URL": redis_url,
                "SMTP_URL": smtp_url,
                "ALLOW_LOCAL_PROVIDERS": "yes",
            }
            chance = random.Random(wanted.seed)
            planning = messages.Planning(jobcenters, chance)
            with using(server.url(DATABASE, APP)):
                deliverers = Deliverers(told, supervisor)
                try:
                    yield Chaos(wanted, servers, deliverers, planning, server.url(DATABASE), chance), journal
                finally:
                    deliverers.kill_all()
        finally:
            supervisor.stop()
            servers.stop()


def _offices(server: Server) -> list[Jobcenter]:
    server.drop(DATABASE)
    server.create(DATABASE)
    with using(server.url(DATABASE, OWNER)):
        call_command("migrate", verbosity=0)
        return [house.jobcenter_named(slug) for slug in SLUGS]


def _mail_server(places: Places, secrets: Secrets, supervisor: Supervisor) -> tuple[Path, str]:
    journal, port = places.data / "journal.txt", free_port()
    journal.unlink(missing_ok=True)
    told = plain() | {
        "CATCHER_PORT": str(port),
        "CATCHER_DIR": str(places.outbox),
        "CATCHER_USER": secrets.smtp_user,
        "CATCHER_PASSWORD": secrets.smtp_password,
        "SINK_JOURNAL": str(journal),
        "SINK_SLOWEST": str(SLOWEST_MAIL_S),
    }
    command = (sys.executable, "-m", "bench.killing.sink")
    supervisor.start(Program("sink", command, told, Stage.CATCHER, ROOT))
    return journal, f"smtp://{secrets.smtp_user}:{secrets.smtp_password}@{LOOPBACK}:{port}?timeout=20"


def report(verdict: Verdict, chaos: Chaos, rows: int, seconds: float) -> None:
    heading(f"{rows:,} messages, {chaos.kills.total():,} kills in {seconds:.0f} s (SEED={chaos.wanted.seed})")
    if chaos.kills.total() < chaos.wanted.kills:
        say(f"Only {chaos.kills.total():,} of {chaos.wanted.kills:,} kills: SECONDS were over.")
    table(["killed", "times"], [[name, f"{count:,}"] for name, count in chaos.kills.most_common()])
    for name, found in (
        ("lost", verdict.lost),
        ("sent twice unseen", verdict.unexplained_duplicates),
        ("sent when of no use", verdict.late_useless),
        ("old time told after the new one", verdict.out_of_order),
    ):
        heading(f"{name}: {len(found):,}")
        for line in found[:SHOWN]:
            say(line)
    say(f"\n{verdict.ambiguous:,} were unclear once; {verdict.listed:,} stay so and are listed at the desk,")
    say(f"{verdict.explained_duplicates:,} were sent twice because their kind wants it so when unclear")


def main() -> None:
    wanted, began = Wanted.of_environment(), time.monotonic()
    for kind in (note(), change()):
        kinds.register(kind)
    with prepared(wanted) as (chaos, journal):
        # All of it in here: whoever stops the run leaves this block, and there is nothing to report.
        _run(wanted, chaos, journal, began)


def _run(wanted: Wanted, chaos: Chaos, journal: Path, began: float) -> None:
    chaos.run()
    left = chaos.settle()
    rows = messages.rows(chaos.database, chaos.planning.jobcenters)
    verdict = judge(chaos.planning.committed, rows, sink.read(journal))
    seconds = time.monotonic() - began
    report(verdict, chaos, len(rows), seconds)
    last_line(
        {
            "bench": "chaos",
            **machine(),
            "messages": len(rows),
            "kills": chaos.kills.total(),
            "kills_by_target": dict(chaos.kills),
            "lost": len(verdict.lost),
            "unexplained_duplicates": len(verdict.unexplained_duplicates),
            "explained_duplicates": verdict.explained_duplicates,
            "ambiguous": verdict.ambiguous,
            "stay_listed": verdict.listed,
            "late_useless": len(verdict.late_useless),
            "out_of_order": len(verdict.out_of_order),
            "unsettled": left,
            "seed": wanted.seed,
            "seconds": round(seconds, 1),
        }
    )
    if not verdict.is_good:
        raise SomethingWrong("Messages were lost, sent twice unseen, too late or in the wrong order; see above.")


if __name__ == "__main__":
    try:
        main()
    except (SetupError, SomethingWrong) as error:
        sys.exit(f"\n{error}")
