# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""JSON that an office describes in a form: a template with placeholders, and where in an answer something stands."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.utils.translation import gettext

from notifications.channels.base import BadConfig, Config, Field, text_of

_PLACEHOLDER: Final = re.compile(r"\{([a-z_]*)\}")
_PATH: Final = re.compile(r"[A-Za-z0-9_-]{1,40}(\.[A-Za-z0-9_-]{1,40}){0,7}")
_LARGEST_TEMPLATE: Final = 10_000
_LONGEST_VALUE: Final = 40


def template_of(config: Config, field: Field, *, known: frozenset[str], needed: frozenset[str]) -> Mapping[str, Any]:
    """The parsed template. Placeholders stand inside its strings, so no value can break out of its place."""
    typed = text_of(config, field)
    try:
        template = json.loads(typed) if len(typed) <= _LARGEST_TEMPLATE else None
    except (ValueError, RecursionError):
        raise BadConfig(field, gettext("Das ist kein gültiges JSON.")) from None
    if not isinstance(template, Mapping):
        raise BadConfig(field, gettext("Bitte ein JSON-Objekt in geschweiften Klammern."))
    used = {name for text in _strings(template) for name in _PLACEHOLDER.findall(text)}
    if not used <= known:
        names = ", ".join(f"{{{name}}}" for name in sorted(known))
        raise BadConfig(field, gettext("Es gibt nur diese Platzhalter: %(names)s.") % {"names": names})
    for name in sorted(needed - used):
        raise BadConfig(field, gettext("Der Platzhalter {%(name)s} fehlt.") % {"name": name})
    return template


def filled(template: Any, values: Mapping[str, str | int]) -> Any:
    """A copy with the values in it. A string that is nothing but one placeholder keeps the value's type."""
    if isinstance(template, Mapping):
        return {name: filled(value, values) for name, value in template.items()}
    if isinstance(template, list):
        return [filled(value, values) for value in template]
    if not isinstance(template, str):
        return template
    alone = _PLACEHOLDER.fullmatch(template)
    if alone:
        return values[alone[1]]
    return _PLACEHOLDER.sub(lambda found: str(values[found[1]]), template)


def path_of(config: Config, field: Field) -> str:
    """Names and list positions joined by dots, as in `messages.0.id`."""
    path = text_of(config, field)
    if path and not _PATH.fullmatch(path):
        raise BadConfig(field, gettext("Bitte Namen mit Punkten dazwischen, zum Beispiel messages.0.id."))
    return path


def values_of(config: Config, field: Field) -> frozenset[str]:
    """A list typed with commas."""
    values = frozenset(part.strip() for part in text_of(config, field).split(",") if part.strip())
    if any(len(value) > _LONGEST_VALUE for value in values):
        raise BadConfig(field, gettext("Bitte Werte mit Kommas dazwischen, höchstens 40 Zeichen lang."))
    return values


def at_path(document: Any, path: str) -> object:
    """What stands there; None where nothing does, or where no path was given."""
    if not path:
        return None
    for name in path.split("."):
        if isinstance(document, Mapping):
            document = document.get(name)
        elif isinstance(document, list) and name.isascii() and name.isdecimal() and int(name) < len(document):
            document = document[int(name)]
        else:
            return None
    return document


def as_typed(value: object) -> str:
    """A value as an office would write it into a list: true, 17, QUEUED; "" for what is no single value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int) else ""


def _strings(template: Any) -> Iterator[str]:
    if isinstance(template, str):
        yield template
    elif isinstance(template, Mapping):
        for value in template.values():
            yield from _strings(value)
    elif isinstance(template, list):
        for value in template:
            yield from _strings(value)
