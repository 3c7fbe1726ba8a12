# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the desk types about letters."""

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from jobcenter_portal.web.forms import PortalForm

_LONGEST: Final = 30


class FindForm(PortalForm):
    """The mark of a letter, as it stands on its sheet."""

    mark = forms.CharField(
        label=_("Brief-Nr."),
        max_length=_LONGEST,
        help_text=_("Sie steht oben rechts auf dem Blatt, neben dem Datum, etwa 4K7M-2QXR."),
        error_messages={
            "required": _("Geben Sie die Brief-Nr. ein, die oben rechts auf dem Blatt steht."),
            "max_length": _("Geben Sie die Brief-Nr. ein, die oben rechts auf dem Blatt steht."),
        },
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "dir": "ltr"}
        ),
    )
