# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The frame of every page."""

import re

import pytest
from django.test import Client

pytestmark = pytest.mark.usefixtures("three_languages")


def title_of(html: str) -> str:
    found = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
    assert found
    return found[1]


@pytest.mark.parametrize("path", ["/fulda/de/seite", "/fulda/de/formular", "/fulda/desk/"])
def test_a_page_is_served(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert "style=" not in response.content.decode()
