# Installs the Debian packages that are missing, saying which and why.
# SPDX-License-Identifier: BSD-2-Clause
#
# Runs before anything is installed: standard library only.

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from rendezvous.packages import purposes
from rendezvous.problem import Problem

REFERENCE = ("debian", "12")
LISTS = Path("/var/lib/apt/lists")
OS_RELEASE = Path("/etc/os-release")


def read_os_release(path=OS_RELEASE):
    """The distribution as a dictionary, empty where the file is missing."""
    if not path.exists():
        return {}
    pairs = (line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)
    return {key: value.strip("\"'") for key, value in pairs}


def check_system(system, packages):
    """A remark for a system that is like the reference; a Problem for one that is not."""
    name = system.get("PRETTY_NAME", "this system")
    family = [system.get("ID", ""), *system.get("ID_LIKE", "").split()]
    if "debian" not in family and "ubuntu" not in family:
        raise Problem(
            f"{name} is not Debian or Ubuntu: packages cannot be installed here.",
            "The reference is Debian 12. A container or virtual machine with it will do; "
            f"the packages are:\n  {' '.join(packages)}",
        )
    if (system.get("ID"), system.get("VERSION_ID")) == REFERENCE:
        return ""
    return f"{name}: best effort; the reference is Debian 12."


def installed(packages):
    """Those of `packages` that dpkg has installed."""
    if not shutil.which("dpkg-query"):
        return set()
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *packages],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    rows = (line.split() for line in answer.stdout.splitlines())
    return {row[0] for row in rows if row[1:] == ["installed"]}


def install_command(packages):
    return ["apt-get", "install", "-y", "--no-install-recommends", *packages]


def as_root(command):
    """The command as it must be run here: through sudo, unless this is root already."""
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    if os.geteuid() == 0:
        return [*environment, *command]
    if shutil.which("sudo"):
        return ["sudo", *environment, *command]
    raise Problem("Installing needs root, and there is no sudo.", f"As root: {shlex.join(command)}")


def has_lists(lists=LISTS):
    """Whether apt knows any package at all."""
    return any(lists.glob("*_Packages*"))


def run(command):
    """Runs it with its output shown; says whether it succeeded."""
    command = as_root(command)
    print(f"$ {shlex.join(command)}", flush=True)
    return subprocess.run(command, stdin=subprocess.DEVNULL).returncode == 0


def install(packages):
    """Installs, with fresh package lists if there are none or if they turn out to be old."""
    updated = not has_lists() and run(["apt-get", "update"])
    if run(install_command(packages)):
        return
    if not updated and run(["apt-get", "update"]) and run(install_command(packages)):
        return
    raise Problem(
        "apt-get could not install what is missing (its own words are above).",
        "Is the network up? On Ubuntu the component 'universe' must be enabled.",
    )


def ensure(groups, allowed=True):
    """Makes sure that the packages of these groups are there."""
    wanted = purposes(groups)
    present = installed(wanted)
    missing = [name for name in wanted if name not in present]
    if not missing:
        return
    remark = check_system(read_os_release(), missing)
    width = max(map(len, missing))
    lines = [f"  {name:{width}}  {wanted[name]}" for name in missing]
    sudo = "" if os.geteuid() == 0 else "sudo "
    command = sudo + shlex.join(install_command(missing))
    if not allowed:
        raise Problem(
            "\n".join(["These packages are missing:", *lines]), f"To install them:\n  {command}"
        )
    print("\n".join([*filter(None, [remark]), "Installing what is missing:", *lines]))
    sys.stdout.flush()
    install(missing)
    still = sorted(set(missing) - installed(missing))
    if still:
        raise Problem(f"apt-get ended well, but these are not installed: {' '.join(still)}")
