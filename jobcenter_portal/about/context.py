# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Lets every page's frame ask for the Jobcenter's face, without the frame knowing this app."""

from django.http import HttpRequest

from jobcenter_portal.about.face import Face


def face(request: HttpRequest) -> dict[str, Face]:
    """Context processor."""
    return {"face": Face(request)}
