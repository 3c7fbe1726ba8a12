# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Draws Django forms as the KERN design system wants them."""

from typing import Any, Final

from django.forms.renderers import TemplatesSetting

_DJANGO: Final = "django/forms/widgets/"
_OURS: Final = "web/forms/widgets/"

# Widget template of Django → ours. What is not listed is drawn by Django itself.
_WIDGETS: Final = {
    **{
        f"{_DJANGO}{name}.html": f"{_OURS}input.html"
        for name in ("date", "email", "number", "password", "search", "tel", "text", "time", "url")
    },
    f"{_DJANGO}checkbox.html": f"{_OURS}checkbox.html",
    f"{_DJANGO}checkbox_select.html": f"{_OURS}choices.html",
    f"{_DJANGO}radio.html": f"{_OURS}choices.html",
    f"{_DJANGO}select.html": f"{_OURS}select.html",
    f"{_DJANGO}textarea.html": f"{_OURS}textarea.html",
}


class KernRenderer(TemplatesSetting):
    """``settings.FORM_RENDERER``. Forms and widgets stay plain Django; only their looks come from here."""

    form_template_name = "web/forms/form.html"
    field_template_name = "web/forms/field.html"

    def get_template(self, template_name: str) -> Any:
        return super().get_template(_WIDGETS.get(template_name, template_name))
