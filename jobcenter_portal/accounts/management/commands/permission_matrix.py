# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`manage.py permission_matrix`: who may do what where, as docs/permissions.md has it."""

from typing import Any

from django.core.management.base import BaseCommand

from jobcenter_portal.accounts.matrix import document


class Command(BaseCommand):
    help = "Prints the matrix of roles, permissions and places; redirect it to docs/permissions.md after a change."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(document(), ending="")
