# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What README and docs say is there: paths, commands, environment variables, links."""

import ast
import re
from pathlib import Path

from tests.architecture.sources import ROOT, name_of, our_sources

DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
README = ROOT / "README.md"
ROOT_FOLDERS = ("appointments", "jobcenter_portal", "notifications", "tests", "docs", "deploy", ".ci", "bench")
TOP_LEVEL = re.compile(rf"(?<![\w/.-])(?:{'|'.join(map(re.escape, ROOT_FOLDERS))})/[\w./-]*\w/?")
READERS = {"needed", "optional", "words"}


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def paths_in(text: str) -> set[str]:
    """Paths of this repository that a text names, in code blocks and between backticks."""
    code = " ".join([*re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL), *re.findall(r"`([^`\n]+)`", text)])
    return {found.rstrip(".") for found in TOP_LEVEL.findall(code)}


def test_every_path_that_a_document_names_exists() -> None:
    named = {name_of(path): paths_in(_text(path)) for path in DOCUMENTS}
    assert len(named["README.md"]) > 10
    gone = {
        document: missing
        for document, found in named.items()
        if (missing := {one for one in found if not (ROOT / one).exists()})
    }
    assert gone == {}


def test_every_relative_link_of_a_document_leads_somewhere() -> None:
    links = {
        (name_of(path), target)
        for path in DOCUMENTS
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", _text(path))
        if "://" not in target and not target.startswith("mailto:")
        if not (path.parent / target).exists()
    }
    assert links == set()


def test_every_test_that_a_document_calls_a_proof_exists() -> None:
    named = {(name_of(path), test) for path in DOCUMENTS for test in re.findall(r"`(test_\w+)`", _text(path))}
    assert len(named) > 50  # docs/delivery-guarantees.md
    written = {
        test for path in (ROOT / "tests").rglob("test_*.py") for test in re.findall(r"def (test_\w+)", _text(path))
    }
    assert {(document, test) for document, test in named if test not in written} == set()


def test_every_package_stands_in_the_code_map() -> None:
    code_map = re.search(r"## Code map\n+```\n(.*?)```", _text(README), re.DOTALL)
    assert code_map is not None
    packages = {
        path.parent.relative_to(ROOT).as_posix()
        for path in (ROOT / "jobcenter_portal").glob("*/__init__.py")
        if path.parent.name not in {"kernel", "locale"}
    } | {"appointments", "notifications"}
    packages |= {
        path.parent.relative_to(ROOT).as_posix()
        for path in (ROOT / "appointments").glob("*/__init__.py")
        if path.parent.name not in {"management", "migrations", "models", "templatetags"}
    }
    assert {package for package in packages if f"{package}/" not in code_map[1]} == set()


def test_every_make_target_that_a_document_names_exists() -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", _text(ROOT / "Makefile"), re.MULTILINE))
    named = {
        (name_of(path), target)
        for path in (*DOCUMENTS, ROOT / ".ci" / "run")
        for line in re.findall(r"`make ([^`\n]+)`|^\s*(?:exec )?make ([^#\n]+)", _text(path), re.MULTILINE)
        for target in " ".join(line).split()
        if re.fullmatch(r"[a-z][a-z0-9-]*", target)
    }
    assert ("README.md", "run") in named
    assert ("README.md", "test") in named
    assert {(document, target) for document, target in named if target not in targets} == set()


def variables_of(path: Path) -> set[str]:
    """Environment variables that a settings file reads through jobcenter_portal.settings.environment."""
    return {
        node.args[0].value
        for node in ast.walk(ast.parse(_text(path)))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in READERS
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
        and node.args[0].value.isupper()
    }


def test_every_environment_variable_is_explained() -> None:
    read = {name for path in our_sources() for name in variables_of(path)}
    assert {"DATABASE_URL", "SECRET_KEY", "REDIS_URL"} <= read
    explained = set(re.findall(r"[A-Z][A-Z0-9_]{2,}", " ".join(_text(path) for path in DOCUMENTS)))
    assert read - explained == set()


def test_the_example_of_an_environment_names_what_is_needed_and_nothing_that_nobody_reads() -> None:
    example = set(re.findall(r"^#? ?([A-Z][A-Z0-9_]+)=", _text(ROOT / "deploy" / "env.example"), re.MULTILINE))
    composed = {
        *re.findall(r"\$\{?([A-Z][A-Z0-9_]+)", _text(ROOT / "docker-compose.yml")),
        *re.findall(r"^\s+([A-Z][A-Z0-9_]+):", _text(ROOT / "docker-compose.yml"), re.MULTILINE),
    }
    read = {name for path in our_sources() for name in variables_of(path)}
    needed = {
        node.args[0].value
        for path in our_sources("jobcenter_portal/settings")
        for node in ast.walk(ast.parse(_text(path)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "needed"
        if node.args and isinstance(node.args[0], ast.Constant)
    }
    assert needed <= example | composed
    assert example <= read | composed


def test_only_the_settings_read_the_environment() -> None:
    """Everything else gets its values from settings; the launcher, which makes the environment, is the exception."""
    readers = {
        name_of(path)
        for path in our_sources()
        if re.search(r"os\.(?:environ|getenv)", _text(path)) and "jobcenter_portal/embedded/" not in name_of(path)
    }
    assert readers == {
        "jobcenter_portal/celery.py",  # names the settings module
        "jobcenter_portal/demo/catchers/config.py",  # a process of its own, without Django
        "jobcenter_portal/settings/environment.py",
        "jobcenter_portal/settings/test.py",  # sets it for tests
        "jobcenter_portal/wsgi.py",  # names the settings module
    }
