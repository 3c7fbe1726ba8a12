# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Collects the texts of pages and code, keeps the catalogues, compiles them. Babel does it all; no gettext needed.

German is the source: a text in the code is the German text itself, and German has no catalogue.
"""

import io
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

from jobcenter_portal.web.languages import GERMAN, LANGUAGES, Language

# A catalogue that Weblate or a person opens is wanted for each; German needs none.
TRANSLATED: Final = tuple(language for language in LANGUAGES if language != GERMAN)
SOURCES: Final = ("jobcenter_portal", "appointments", "notifications")
STAFF_LANGUAGES: Final = frozenset({"en"})
STAFF_ONLY: Final = (
    "appointments/desk/",
    "appointments/placeholders.py",
    "appointments/templates/desk/",
    "jobcenter_portal/about/desk/",
    "jobcenter_portal/about/office_notice.py",
    "jobcenter_portal/about/templates/about/desk/",
    "jobcenter_portal/accounts/role_words.py",
    "jobcenter_portal/demo/",
    "jobcenter_portal/operator/",
    "jobcenter_portal/signin/",
    "notifications/",
)
"""Where only members of staff read. Staff pages are in German and English; whatever is not named here a customer may
meet, and it is wanted in every language: a forgotten line costs a translation too many and never a German sentence."""

_KEYWORDS: Final = {
    "_": None,
    "_now": None,
    "gettext": None,
    "gettext_lazy": None,
    "lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_HEAD: Final = """\
# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"
"""


@dataclass(frozen=True, slots=True)
class Gaps:
    """What keeps a catalogue from being shown: texts without translation, and drafts nobody has checked."""

    missing: tuple[str, ...]
    unchecked: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.unchecked)


def collect(root: Path) -> dict[str, Catalog]:
    """The texts in Python code and templates below ``root`` that each language needs, by its code."""
    everything, for_customers = Catalog(), Catalog()
    for path in _files(root):
        text = path.read_text(encoding="utf-8")
        source = text if path.suffix == ".py" else _as_python(text, str(path))
        for catalogue in (everything,) if _is_for_staff(path.relative_to(root)) else (everything, for_customers):
            _add(catalogue, source)
    return {language.code: everything if language.code in STAFF_LANGUAGES else for_customers for language in TRANSLATED}


def po_path(locale_folder: Path, language: Language) -> Path:
    return locale_folder / to_locale(language.code) / "LC_MESSAGES" / "django.po"


def read(locale_folder: Path, language: Language) -> Catalog:
    """The catalogue as committed; an empty one when there is none yet."""
    path = po_path(locale_folder, language)
    text = path.read_bytes() if path.exists() else _head(language).encode()
    return read_po(io.BytesIO(text), locale=language.babel_locale)


def updated(catalogue: Catalog, texts: Catalog, language: Language) -> str:
    """The file a catalogue becomes with today's texts: sorted, without line numbers and obsolete entries.

    A catalogue nobody has begun stays empty, so that six files do not change with each sentence.
    """
    if catalogue or language.code == "en":
        catalogue.update(texts, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    body = io.BytesIO()
    write_po(body, catalogue, width=0, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    return f"{_head(language)}\n{body.getvalue().decode().strip()}".rstrip() + "\n"


def gaps(catalogue: Catalog) -> Gaps:
    return Gaps(
        missing=tuple(_name(message) for message in _entries(catalogue) if not _is_translated(message)),
        unchecked=tuple(_name(message) for message in _entries(catalogue) if message.fuzzy),
    )


def share(catalogue: Catalog, texts: Catalog) -> float:
    """How much of today's texts the catalogue translates: 0 to 1. Unchecked drafts do not count."""
    wanted = {(message.id, message.context) for message in _entries(texts)}
    done = {
        (message.id, message.context)
        for message in _entries(catalogue)
        if _is_translated(message) and not message.fuzzy
    }
    return len(wanted & done) / len(wanted) if wanted else 1.0


def compile_all(root: Path, locale_folder: Path) -> dict[str, float]:
    """Write ``.mo`` files and ``coverage.json``; return the share translated per language code."""
    texts = collect(root)
    shares = {}
    for language in TRANSLATED:
        catalogue = read(locale_folder, language)
        shares[language.code] = round(share(catalogue, texts[language.code]), 4)
        compiled = io.BytesIO()
        write_mo(compiled, catalogue)
        _replace(po_path(locale_folder, language).with_suffix(".mo"), compiled.getvalue())
    _replace(locale_folder / "coverage.json", json.dumps(shares, indent=1).encode())
    return shares


def _replace(path: Path, content: bytes) -> None:
    """Write beside and rename: a process that starts meanwhile reads the old file or the new one, never half of it."""
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.tmp")  # two processes at once never rename each other's draft
    draft.write_bytes(content)
    draft.replace(path)


def _files(root: Path) -> Iterator[Path]:
    for source in SOURCES:
        yield from sorted((root / source).rglob("*.py"))
        yield from sorted(p for p in (root / source).rglob("templates/**/*") if p.suffix in {".html", ".txt"})


def _is_for_staff(path: Path) -> bool:
    return path.as_posix().startswith(STAFF_ONLY)


def _add(catalogue: Catalog, source: str) -> None:
    found = extract("python", io.BytesIO(source.encode()), _KEYWORDS)
    for _line, message, _comments, context in found:
        catalogue.add(message, context=context)


def _as_python(template: str, origin: str) -> str:
    """Django turns a template into calls of gettext amid blanked-out text; unindented, it can be read as Python."""
    return "\n".join(line.lstrip() for line in templatize(template, origin=origin).splitlines())


def _entries(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _is_translated(message: Message) -> bool:
    strings: Iterable[str | None] = (message.string,) if isinstance(message.string, str) else message.string or ("",)
    return all(strings)


def _name(message: Message) -> str:
    return message.id if isinstance(message.id, str) else str(message.id[0])


def _head(language: Language) -> str:
    catalogue = Catalog(locale=language.babel_locale)
    return _HEAD.format(language=to_locale(language.code), plural=catalogue.plural_forms)
