# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fields that take what they name and nothing that could be read as it: no number for a text, no time without zone."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.settings import api_settings

_INSTANT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:[Zz]|[+-]\d{2}:\d{2})", re.ASCII
)
_YEARS: Final = range(2000, 2200)
"""Beyond, arithmetic with dates may overflow; nobody books there."""


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields that it does not know: a misspelt address would be a reminder that never comes."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = [str(name) for name in data if name not in self.fields]
            if unknown:
                detail = ErrorDetail("There is no such field.", code="unknown_field")
                # Its name was sent by somebody and may be anything: it is not repeated.
                raise ValidationError({api_settings.NON_FIELD_ERRORS_KEY: [detail]})
        return super().to_internal_value(data)


class TextField(serializers.CharField):
    """Text as text. The framework would turn 17 into "17"."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class OneOf(serializers.ChoiceField):
    """The framework's own sentence repeats what was sent."""

    default_error_messages = {"invalid_choice": "This is none of the choices."}


class DayField(serializers.DateField):
    """A day of this or the next century."""

    def to_internal_value(self, value: Any) -> date:
        day = super().to_internal_value(value)
        if day.year not in _YEARS:
            self.fail("invalid", format="YYYY-MM-DD")
        return day


@extend_schema_field({"type": "string", "format": "date-time"})
class InstantField(serializers.Field[datetime, str, str, Any]):
    """An instant with its offset (RFC 3339). Answers tell it in the Jobcenter's zone, bodies may use any."""

    default_error_messages = {"invalid": "A time looks like 2026-12-14T08:30:00+01:00."}

    def to_internal_value(self, data: Any) -> datetime:
        if not isinstance(data, str) or not _INSTANT.fullmatch(data):
            self.fail("invalid")
        try:
            moment = datetime.fromisoformat(data.upper())
            if moment.year not in _YEARS:
                self.fail("invalid")
            return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail("invalid")

    def to_representation(self, value: datetime) -> str:
        return value.astimezone(self.context["zone"]).isoformat()
