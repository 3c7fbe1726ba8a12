# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What an error report may hold: places in the code, never values.

Django shows the variables of every frame and what was posted, unless each function says which of them are secret. Here
nobody has to remember that: passwords of providers, names and addresses stay out wherever the error happened.
"""

from collections.abc import ItemsView
from types import FrameType
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter


class PlacesOnly(SafeExceptionReporterFilter):
    """``settings.DEFAULT_EXCEPTION_REPORTER_FILTER``."""

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:  # noqa: ARG002 -- part of the filter
        return {}

    def get_traceback_frame_variables(self, request: Any, tb_frame: FrameType) -> ItemsView[str, Any]:  # noqa: ARG002
        return dict[str, Any]().items()
