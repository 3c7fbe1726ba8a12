# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which numbers an SMS may go to."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobcenter_portal.kernel.phone import NotAGermanMobile, mask, parse_mobile


@pytest.mark.parametrize(
    "typed",
    [
        "+49 152 28817386",
        "0152 28817386",
        "0049 152 28817386",
        "+49 (0) 152 / 28 81 73 86",
        "0152-28817386",
        " 015228817386\n",
        "٠١٥٢ ٢٨٨١٧٣٨٦",
        "\u202a+49 152 28817386\u202c",
    ],
)
def test_the_ways_people_type_one_number(typed: str) -> None:
    assert parse_mobile(typed) == "+4915228817386"


@pytest.mark.parametrize("number", ["0171 3920012", "0152 28817386", "0176 04069012", "0172 9925904"])
def test_numbers_set_aside_for_film_and_drama_are_taken(number: str) -> None:
    assert parse_mobile(number).startswith("+491")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "0",
        "112",
        "030 23125001",
        "0661 6006-0",
        "0900 1234567",
        "0137 1234567",
        "0180 5123456",
        "0700 12345678",
        "0164 1234567",
        "+44 7911 123456",
        "+43 664 1234567",
        "+1 650 253 0000",
        "+41 79 123 45 67",
        "0151 23",
        "0171 HALLO12",
        "0152 28817386 ext. 5",
        "0152 28817386;x",
        "tel:+4915228817386",
        "+49 152 28817386\x00",
        "1" * 200,
        "+4915228817386,+4915228817387",
    ],
)
def test_everything_else_is_refused_without_being_repeated(typed: str) -> None:
    with pytest.raises(NotAGermanMobile) as caught:
        parse_mobile(typed)
    assert str(caught.value) == "not a German mobile number"
    assert caught.value.__cause__ is None


def test_no_example_number_of_another_country_passes() -> None:
    refused = 0
    for region in phonenumbers.SUPPORTED_REGIONS - {"DE"}:
        example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
        if example is not None:
            with pytest.raises(NotAGermanMobile):
                parse_mobile(phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164))
            refused += 1
    assert refused > 200


@given(st.from_regex(r"\+?[0-9 ()/-]{1,20}", fullmatch=True))
def test_whatever_passes_is_a_german_mobile_number_and_stays_the_same(typed: str) -> None:
    try:
        number = parse_mobile(typed)
    except NotAGermanMobile:
        return
    assert number.startswith("+491")
    assert parse_mobile(number) == number


def test_a_masked_number_shows_three_digits() -> None:
    assert mask("+4915228817386") == "+49 … 386"
