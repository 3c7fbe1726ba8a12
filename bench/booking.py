# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`make bench-booking`: many people at one small office at once, and whether anything is ever given away twice.

In one run on one server with durable commits: how many single rows a second the server writes for so many clients; how
many whole bookings the portal makes where nobody is in anybody's way; 100,000 attempts on far too few times by 64
client processes through the portal's own use cases; and some of these attempts once more in a copy of the database
without the constraints, which has to go wrong. ATTEMPTS and CLIENTS make it shorter.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import asdict

import psycopg

from bench.common import django_first  # noqa: F401 -- before everything that imports models
from bench.common.report import heading, last_line, machine, ms, table
from bench.common.server import Server, measuring_server
from bench.crowd import house
from bench.crowd.clients import ClientFailed, Crowd, crowd
from bench.crowd.ready_made import ready_made
from bench.crowd.truth import Truth, deadlocks, truth
from bench.crowd.work import bare_inserts, contend, some_bookings, whole_bookings
from jobcenter_portal.embedded.bootstrap import SetupError, say
from jobcenter_portal.embedded.database import APP

GUARDED, UNGUARDED = "bench_booking", "bench_booking_unguarded"
GOAL = 0.15
FLOOR_SECONDS = 8.0
WIDE_SECONDS = 20.0
UNGUARDED_SHARE = 20
"""One attempt in so many is made once more without the guards."""
_BARE = """CREATE TABLE bench_bare (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, client int NOT NULL,
 filling text NOT NULL); GRANT INSERT ON bench_bare TO jp_app"""
_GUARDS = """ALTER TABLE appointments_occupancy DROP CONSTRAINT appointments_no_overlap;
 DROP INDEX appointments_occ_day_limit; DROP INDEX appointments_one_seat_one_person"""


def main() -> None:
    attempts = int(os.environ.get("ATTEMPTS", "100000"))
    clients = int(os.environ.get("CLIENTS", "64"))
    with measuring_server() as server:
        os.environ["REDIS_URL"] = server.redis_url  # a booking tells the workers, as it does in life
        house.build(server, GUARDED, clients)
        _prepare_copies(server)
        floor = crowd(server.url(GUARDED, APP), house.WIDE, clients, bare_inserts(FLOOR_SECONDS))
        wide = crowd(server.url(GUARDED, APP), house.WIDE, clients, whole_bookings(WIDE_SECONDS), some_bookings)
        rows = crowd(server.url(GUARDED, APP), house.WIDE, clients, ready_made(FLOOR_SECONDS))
        _show_rates(floor, rows, wide)
        contended, found, locks = _contended(server, GUARDED, clients, attempts)
        unguarded, broken, _ = _contended(server, UNGUARDED, clients, max(attempts // UNGUARDED_SHARE, 20 * clients))
        ratio = _rate(wide) / _rate(floor)
        say(f"\ngoal {GOAL} of the server's single rows: {ratio:.3f}, {'reached' if ratio >= GOAL else 'MISSED'}")
        last_line(
            {
                "bench": "booking",
                **machine(),
                "clients": clients,
                "attempts": contended.attempts,
                **asdict(found),
                "oversold": found.oversold,
                "deadlocks": locks,
                "timeouts": _timeouts(contended),
                "rate_per_s": round(_rate(contended), 1),
                "p50_ms": round(contended.quantile(0.5), 1),
                "p95_ms": round(contended.quantile(0.95), 1),
                "bookings_per_s": round(_rate(wide), 1),
                "booking_client_cpu_ms": round(wide.cpu_ms, 2),
                "inserts_per_s": round(_rate(floor), 1),
                "insert_floor_ratio": round(ratio, 4),
                "ready_made_per_s": round(_rate(rows), 1),
                "ready_made_ratio": round(_rate(wide) / _rate(rows), 4),
                "unguarded_attempts": unguarded.attempts,
                "unguarded_overlaps": broken.overlaps,
                "unguarded_oversold": broken.oversold,
            }
        )
    if not found.is_good or locks:
        raise GivenAwayTwice(f"{found}, {locks} deadlocks")
    if not broken.overlaps:
        raise GivenAwayTwice("Nothing went wrong without the guards either: this run proves nothing.")


class GivenAwayTwice(RuntimeError):
    """What must never happen, or what the run had to show did not happen."""


def _prepare_copies(server: Server) -> None:
    with psycopg.connect(server.url(GUARDED), autocommit=True) as connection:
        connection.execute(_BARE)
        connection.execute("VACUUM (ANALYZE)")
    server.drop(UNGUARDED)
    server.create(UNGUARDED, template=GUARDED)
    with psycopg.connect(server.url(UNGUARDED), autocommit=True) as connection:
        connection.execute(_GUARDS)


def _contended(server: Server, database: str, clients: int, attempts: int) -> tuple[Crowd, Truth, int]:
    before = deadlocks(server.url(database))
    done = crowd(server.url(database, APP), house.SMALL, clients, contend(-(-attempts // clients)))
    time.sleep(1.5)  # the server's own count of deadlocks lags behind by a second
    found = truth(server.url(database))
    heading(f"{database}: {done.attempts:,} attempts by {clients} clients in {done.seconds:.0f} s")
    table(["what became of it", "times"], [[name, f"{count:,}"] for name, count in sorted(done.outcomes.items())])
    say(f"\n{found}")
    return done, found, deadlocks(server.url(database)) - before


def _show_rates(floor: Crowd, rows: Crowd, wide: Crowd) -> None:
    heading("Where nobody is in anybody's way")
    table(
        ["", "per second", "p50 ms", "p95 ms", "client's CPU ms"],
        [
            [name, f"{_rate(one):,.0f}", ms(one.quantile(0.5)), ms(one.quantile(0.95)), ms(one.cpu_ms)]
            for name, one in (
                ("single durable rows", floor),
                ("the rows of a booking, ready-made, in one statement", rows),
                ("whole bookings", wide),
            )
        ],
    )


def _rate(done: Crowd) -> float:
    return done.attempts / done.seconds


def _timeouts(done: Crowd) -> int:
    return sum(count for name, count in done.outcomes.items() if name.endswith("OperationalError"))


if __name__ == "__main__":
    try:
        main()
    except (SetupError, ClientFailed, GivenAwayTwice) as error:
        sys.exit(f"\n{error}")
