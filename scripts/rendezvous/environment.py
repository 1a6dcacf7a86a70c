# What a run was made with: commit, variant, compiler, emulator, and the host it ran on.
# SPDX-License-Identifier: BSD-2-Clause

import datetime
import platform
import re
import shlex
import subprocess
from importlib import metadata
from pathlib import Path

from rendezvous.install import read_os_release
from rendezvous.tree import ROOT

SCHEMA = 1
LIBRARIES = ("numpy", "matplotlib")


def output_of(*command):
    """The command's output, or None where it is missing or fails."""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def git(*arguments):
    # A tree that belongs to someone else (sudo, a container) is read all the same.
    return output_of("git", "-C", str(ROOT), "-c", "safe.directory=*", *arguments)


def commit():
    """The commit's name, or None outside a repository or without git."""
    return git("rev-parse", "HEAD")


def dirty():
    """Whether tracked files differ from the commit; None where that cannot be known."""
    changes = git("status", "--porcelain", "--untracked-files=no")
    return None if changes is None else bool(changes)


def first_line(*command):
    return (output_of(*command) or "unknown").splitlines()[0]


def host_cpu():
    match = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.M)
    return match.group(1) if match else platform.machine()


def library_version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def describe_host(seconds):
    """Everything that may differ between two runs that are otherwise the same."""
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "cpu": host_cpu(),
        "os": read_os_release().get("PRETTY_NAME", platform.system()),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "libraries": {name: library_version(name) for name in LIBRARIES},
        "seconds": round(seconds, 1),
    }


def command_text(command, folder):
    """The command line, with paths in the tree and in the run's folder made relative."""
    text = shlex.join(command).replace(str(folder), "RUN")
    return text.replace(f"{ROOT}/", "").replace(str(ROOT), ".")


def emulator(machine, command, folder):
    text = first_line(command[0], "--version")
    match = re.search(r"version (\S+)", text)
    return {
        "name": "QEMU",
        "version": match.group(1) if match else "unknown",
        "accel": machine.accel,
        "build": text,
        "command": command_text(command, folder),
    }


def environment(machine, built, header, command, folder, boots, seconds):
    """The contents of environment.json; what may differ between equal runs is under `host`."""
    return {
        "schema": SCHEMA,
        "kernel": header["kernel"],
        "variant": header["variant"],
        "clock": header["clock"],
        "machine": {**header["machine"], "memory_mib": machine.memory_mib},
        "arguments": header["arguments"],
        "boots": boots,
        "emulator": emulator(machine, command, folder),
        "compiler": {"name": built.compiler, "version": first_line(built.compiler, "--version")},
        "commit": commit(),
        "dirty": dirty(),
        "host": describe_host(seconds),
    }
