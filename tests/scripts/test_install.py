# The installer, with apt and dpkg replaced: what it says, what it would run, when it refuses.
# SPDX-License-Identifier: BSD-2-Clause

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rendezvous import install
from rendezvous.packages import GROUPS, purposes
from rendezvous.problem import Problem

DEBIAN = {"ID": "debian", "VERSION_ID": "12", "PRETTY_NAME": "Debian 12"}
SCRIPTS = Path(install.__file__).parents[1]


@pytest.fixture
def system(monkeypatch):
    """A Debian without cmake, on which every command is noted and succeeds."""
    ran = []
    present = set(purposes(GROUPS)) - {"cmake"}

    def run(command):
        ran.append(command)
        present.update(command[4:] if command[1] == "install" else [])
        return True

    monkeypatch.setattr(install, "installed", lambda packages: present & set(packages))
    monkeypatch.setattr(install, "read_os_release", lambda: DEBIAN)
    monkeypatch.setattr(install, "has_lists", lambda: True)
    monkeypatch.setattr(install, "run", run)
    return ran


def test_installs_only_what_is_missing(system, capsys):
    install.ensure(["bench"])
    assert system == [["apt-get", "install", "-y", "--no-install-recommends", "cmake"]]
    assert "cmake  describes the build" in capsys.readouterr().out


def test_nothing_missing_runs_nothing(system):
    install.ensure(["test"])
    assert system == []


def test_updates_when_apt_knows_nothing(system, monkeypatch):
    monkeypatch.setattr(install, "has_lists", lambda: False)
    install.ensure(["bench"])
    assert [command[1] for command in system] == ["update", "install"]


def test_updates_once_when_the_lists_are_old(monkeypatch):
    answers = iter([False, True, True])
    ran = []
    monkeypatch.setattr(install, "has_lists", lambda: True)
    monkeypatch.setattr(install, "run", lambda command: ran.append(command[1]) or next(answers))
    install.install(["cmake"])
    assert ran == ["install", "update", "install"]


def test_failure_says_so(monkeypatch):
    monkeypatch.setattr(install, "run", lambda command: False)
    with pytest.raises(Problem, match="could not install"):
        install.install(["cmake"])


def test_no_install_gives_the_command(system):
    with pytest.raises(Problem) as caught:
        install.ensure(["bench"], allowed=False)
    assert "apt-get install -y --no-install-recommends cmake" in str(caught.value)
    assert system == []


@pytest.mark.parametrize(
    "release, remark",
    [
        (DEBIAN, ""),
        ({"ID": "debian", "VERSION_ID": "13", "PRETTY_NAME": "Debian 13"}, "best effort"),
        ({"ID": "ubuntu", "ID_LIKE": "debian", "PRETTY_NAME": "Ubuntu"}, "best effort"),
    ],
)
def test_systems(release, remark):
    assert remark in install.check_system(release, ["gcc"])


@pytest.mark.parametrize("release", [{}, {"ID": "fedora", "PRETTY_NAME": "Fedora"}])
def test_other_systems_are_refused(release):
    with pytest.raises(Problem, match="not Debian or Ubuntu"):
        install.check_system(release, ["gcc"])


def test_root_needs_no_sudo(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert install.as_root(["x"]) == ["env", "DEBIAN_FRONTEND=noninteractive", "x"]


def test_others_need_sudo(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/sudo")
    assert install.as_root(["x"])[0] == "sudo"
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(Problem, match="there is no sudo"):
        install.as_root(["x"])


def test_os_release(tmp_path):
    (tmp_path / "os-release").write_text('ID=debian\nVERSION_ID="12"\n\n')
    found = install.read_os_release(tmp_path / "os-release")
    assert found == {"ID": "debian", "VERSION_ID": "12"}
    assert install.read_os_release(tmp_path / "none") == {}


IMPORT = re.compile(r"^\s*(?:from|import) (\w+)", re.M)
# Modules whose Debian package is not called python3-NAME.
PACKAGES = {"elftools": "python3-pyelftools"}


def test_every_import_has_its_package():
    """What a script imports must be installed by the command that runs it."""
    paths = [*SCRIPTS.rglob("*.py"), SCRIPTS / "pack"]
    modules = {name for path in paths for name in IMPORT.findall(path.read_text())}
    own = {path.name for path in SCRIPTS.iterdir() if path.is_dir()} | set(sys.stdlib_module_names)
    needed = {PACKAGES.get(name, f"python3-{name}") for name in modules - own}
    assert needed <= set(GROUPS["bench"]), needed - set(GROUPS["bench"])


def test_dpkg_is_asked():
    assert install.installed(["dpkg", "no-such-package"]) == {"dpkg"}


def copy_without_python(tmp_path):
    """The starter in a folder with a space, looking for Python where none is."""
    folder = tmp_path / "a clone"
    shutil.copytree(SCRIPTS, folder / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    start = folder / "scripts/rendezvous/start"
    start.write_text(start.read_text().replace("python=/usr/bin/python3", "python=/none/python3"))
    return folder / "scripts/bench"


def test_no_python_and_no_install(tmp_path):
    bench = copy_without_python(tmp_path)
    done = subprocess.run([bench, "--no-install"], capture_output=True, text=True)
    assert done.returncode == 1
    assert "apt-get install -y --no-install-recommends python3" in done.stderr


def test_no_python_and_no_apt(tmp_path):
    bench = copy_without_python(tmp_path)
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("sh", "dirname", "readlink", "id"):
        (programs / name).symlink_to(shutil.which(name))
    done = subprocess.run([bench], capture_output=True, text=True, env={"PATH": str(programs)})
    assert done.returncode == 1 and "not Debian or Ubuntu" in done.stderr


def test_starts_in_a_path_with_spaces_and_another_python(tmp_path):
    folder = tmp_path / "a clone"
    shutil.copytree(SCRIPTS, folder / "scripts")
    (tmp_path / "python3").write_text("#!/bin/sh\nexit 9\n")
    (tmp_path / "python3").chmod(0o755)
    done = subprocess.run(
        [folder / "scripts/bench", "--no-install", "--help"],
        capture_output=True,
        text=True,
        cwd="/",
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "PYTHONHOME": "/none"},
    )
    assert done.returncode == 0, done.stderr
    assert "Examples:" in done.stdout
