# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
from datetime import date

import holidays
import pytest

from jobcenter_portal.kernel.holidays import easter_sunday, hessian_holidays, is_hessian_holiday


def test_the_holidays_of_2026_by_name() -> None:
    assert dict(hessian_holidays(2026)) == {
        date(2026, 1, 1): "Neujahr",
        date(2026, 4, 3): "Karfreitag",
        date(2026, 4, 6): "Ostermontag",
        date(2026, 5, 1): "Tag der Arbeit",
        date(2026, 5, 14): "Christi Himmelfahrt",
        date(2026, 5, 25): "Pfingstmontag",
        date(2026, 6, 4): "Fronleichnam",
        date(2026, 10, 3): "Tag der Deutschen Einheit",
        date(2026, 12, 25): "1. Weihnachtstag",
        date(2026, 12, 26): "2. Weihnachtstag",
    }


def test_the_days_agree_with_an_independent_calendar_from_2020_to_2100() -> None:
    oracle = holidays.country_holidays("DE", subdiv="HE", years=range(2020, 2101))

    computed = [day for year in range(2020, 2101) for day in hessian_holidays(year)]

    assert computed == sorted(oracle)


@pytest.mark.parametrize(
    ("year", "easter"),
    [(1818, (3, 22)), (1943, (4, 25)), (1954, (4, 18)), (1981, (4, 19)), (2038, (4, 25)), (2285, (3, 22))],
)
def test_easter_in_the_years_that_simple_rules_get_wrong(year: int, easter: tuple[int, int]) -> None:
    assert easter_sunday(year) == date(year, *easter)


def test_a_day_is_asked_for_by_its_date() -> None:
    days = [date(2026, 6, 4), date(2026, 6, 5), date(2026, 11, 1), date(2026, 12, 24)]

    assert [is_hessian_holiday(day) for day in days] == [True, False, False, False]


def test_when_ascension_meets_the_first_of_may_the_day_is_listed_once() -> None:
    assert hessian_holidays(2160)[date(2160, 5, 1)] == "Tag der Arbeit"
    assert len(hessian_holidays(2160)) == 9


def test_years_before_the_present_law_are_refused() -> None:
    with pytest.raises(ValueError, match="from 1995"):
        hessian_holidays(1994)
