# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""German order."""

from jobcenter_portal.kernel.text import sort_key


def test_names_stand_where_a_german_reader_looks_for_them() -> None:
    names = ["Zander", "Öhler", "Ärmel", "Arndt", "Strauss", "Strauß-Berg", "ohm", "Lund", "Olga"]
    assert sorted(names, key=sort_key) == [
        *("Ärmel", "Arndt", "Lund", "Öhler", "ohm", "Olga", "Strauss", "Strauß-Berg", "Zander"),
    ]
