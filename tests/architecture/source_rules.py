# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What our own source must not contain, found in its syntax tree; each exception is written down with its reason."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.architecture.sources import name_of

FORBIDDEN_NAMES: Final = {
    "csrf_exempt": "a form without a token can be sent by any page of the web",
    "mark_safe": "what a person typed could become markup",
    "format_html_join": "markup belongs into templates",
    "scopes_disabled": "no code works for all Jobcenters at once",
    "with_scopes_disabled": "the same",
    "_base_manager": "it answers for all Jobcenters; only row-level security stands behind it",
    "_default_manager": "it hides from readers which manager answers",
    "RawSQL": "SQL belongs into a cursor with placeholders",
    "extra": "the same; it is deprecated as well",
    "pickle": "reading it runs code",
    "eval": "the same",
    "exec": "the same",
    "set_config": "tenancy.backend alone sets app.tenant",
    "from_db_value": "fields that open seals by themselves would open them for every list",
}

_FORBIDDEN_CALLS: Final = frozenset({"raw", "SafeString", "SafeText"})
"""Fine as types or methods of other things, not as calls: SQL around the ORM, and mark_safe by another name."""

ALLOWED: Final = {
    ("jobcenter_portal/about/marked.py", "mark_safe"): "the reader of Markdown writes every tag; HTML in it is escaped",
    ("jobcenter_portal/tenancy/constraints.py", "_base_manager"): "the form's own check names the tenant itself",
    ("jobcenter_portal/tenancy/scoping.py", "with_scopes_disabled"): "defines it, to refuse",
    ("appointments/web/unsubscribing.py", "csrf_exempt"): "mail programs call it, with a link of its own; RFC 8058",
    ("notifications/web/receipts.py", "csrf_exempt"): "providers call it, signed; no cookie is read",
}
"""(file, name): why it may stand there."""


@dataclass(frozen=True, slots=True, order=True)
class Find:
    """One forbidden name in one file."""

    file: str
    name: str
    line: int


def forbidden_in(path: Path) -> list[Find]:
    """Names, attributes and imports of FORBIDDEN_NAMES, and calls of `raw` and SafeString; ALLOWED ones included."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return sorted({Find(name_of(path), name, line) for name, line in _names(tree)})


def _names(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node.func) in _FORBIDDEN_CALLS:
            yield _called(node.func), node.lineno
        elif isinstance(node, ast.Attribute) and node.attr in FORBIDDEN_NAMES:
            yield node.attr, node.lineno
        elif isinstance(node, ast.Name) and node.id in FORBIDDEN_NAMES:
            yield node.id, node.lineno
        elif isinstance(node, ast.alias) and node.name.rpartition(".")[2] in FORBIDDEN_NAMES:
            yield node.name.rpartition(".")[2], node.lineno
        elif isinstance(node, ast.FunctionDef) and node.name in FORBIDDEN_NAMES:
            yield node.name, node.lineno


def _called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def imports_of(path: Path) -> set[str]:
    """Full names of everything a file imports, `from x import y` as both x and x.y."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@dataclass(frozen=True, slots=True, order=True)
class Length:
    """How long a file or a function is, in lines."""

    lines: int
    what: str


def lengths_of(path: Path) -> tuple[Length, list[Length]]:
    """A file's length and its functions'; comments, docstrings and blank lines count, because people read them too."""
    text = path.read_text(encoding="utf-8")
    functions = [
        Length((node.end_lineno or node.lineno) - node.lineno + 1, f"{name_of(path)}:{node.lineno} {node.name}")
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return Length(len(text.splitlines()), name_of(path)), functions
