# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""SMS fraud lives on dear numbers abroad: of twenty thousand numbers from every region only German mobiles pass."""

from collections.abc import Iterator
from random import Random

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, PhoneNumberFormat, PhoneNumberType

from jobcenter_portal.kernel.phone import NotAGermanMobile, parse_mobile

REGIONS = sorted(region for regions in COUNTRY_CODE_TO_REGION_CODE.values() for region in regions)
KINDS = (
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.PAGER,
    PhoneNumberType.VOIP,
    PhoneNumberType.UAN,
    PhoneNumberType.PERSONAL_NUMBER,
)
FORMATS = (PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.NATIONAL)


def numbers() -> Iterator[tuple[str, str]]:
    """Numbers of every region and kind, and near ones, in every way of writing them, with their region."""
    chance = Random(309)
    for region in REGIONS:
        for kind in KINDS:
            example = _example(region, kind)
            if example is None:
                continue
            for _near in range(8):
                for form in FORMATS:
                    yield phonenumbers.format_number(example, form), region
                digits = str(example.national_number)
                example.national_number = int(digits[:-3] + f"{chance.randrange(1000):03}")


def _example(region: str, kind: int) -> phonenumbers.PhoneNumber | None:
    if region == "001":
        return None
    known = PhoneMetadata.metadata_for_region(region, None)
    return phonenumbers.example_number_for_type(region, kind) if known else None


def test_of_the_numbers_of_the_world_only_german_mobiles_get_a_message() -> None:
    tried = passed = 0
    regions = set()
    for text, region in numbers():
        tried += 1
        regions.add(region)
        try:
            number = phonenumbers.parse(parse_mobile(text))
        except NotAGermanMobile:
            continue
        passed += 1
        assert (number.country_code, phonenumbers.number_type(number)) == (49, PhoneNumberType.MOBILE), text
        assert region == "DE" or not text.startswith("+"), text
    assert (tried >= 20_000, len(regions) >= 240, passed > 0) == (True, True, True)
