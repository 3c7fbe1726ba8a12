# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Nothing that opens an appointment or names a person passes into a log line."""

import pytest

from jobcenter_portal.kernel.redaction import redact


@pytest.mark.parametrize(
    ("line", "logged"),
    [
        ("/fulda/de/t/4Jk2_-xY7abcdefgh/absagen/", "/fulda/de/t/[link]/absagen/"),
        ("/a/ABCDEFGHJKMNPQRST", "/a/[link]"),
        ("/fulda/de/buchen/halt/Zk3jd9-kd93jd_ks/kontakt/", "/fulda/de/buchen/halt/[link]/kontakt/"),
        ("/fulda/de/angebot/Zk3jd9-kd93jd_ksZk3jd9/", "/fulda/de/angebot/[link]/"),
        ("/fulda/de/warten/Zk3jd9-kd93jd_ksZk3jd9/", "/fulda/de/warten/[link]/"),
        ("/fulda/api/v1/appointments/4Jk2_-xY7abcdefgh/move/", "/fulda/api/v1/appointments/[link]/move/"),
        ("/fulda/api/v1/holds/Zk3jd9-kd93jd_ks/", "/fulda/api/v1/holds/[link]/"),
        ("appointments/availability.py:12 find", "appointments/availability.py:12 find"),
        ("refused: jürgen.größer@post.example, sorry", "refused: [mail], sorry"),
        ("sent to +49 152 28817386 now", "sent to [number] now"),
        ("0661/123-4567", "[number]"),
        ("2026-11-24T08:00:00.123456Z took 1234 ms", "2026-11-24T08:00:00.123456Z took 1234 ms"),
        ("appointment:4711 revision 2", "appointment:4711 revision 2"),
        ("/fulda/de/buchen/beratung/haus/", "/fulda/de/buchen/beratung/haus/"),
    ],
)
def test_links_addresses_and_numbers_are_taken_out_and_nothing_else(line: str, logged: str) -> None:
    assert redact(line) == logged
