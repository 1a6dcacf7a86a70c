# Fixtures of the script tests: an emulator that does as it is told, and a build that is there.
# SPDX-License-Identifier: BSD-2-Clause

from pathlib import Path

import pytest

import fake_guest
from rendezvous.build import Build


@pytest.fixture
def qemu(tmp_path, monkeypatch):
    """Puts the fake emulator on the path; calling the fixture tells it what to do."""
    programs = tmp_path / "programs"
    programs.mkdir()
    fake = Path(__file__).with_name("fake_qemu.py")
    (programs / "qemu-system-x86_64").symlink_to(fake)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")

    def behave(behaviour, console=fake_guest.console()):
        prepared = tmp_path / "prepared"
        prepared.write_bytes(console)
        monkeypatch.setenv("FAKE_CONSOLE", str(prepared))
        monkeypatch.setenv("FAKE_QEMU", str(behaviour))

    behave(33)
    return behave


@pytest.fixture
def built(tmp_path):
    return Build(tmp_path / "build", {"queue": "benno"}, "gcc")
