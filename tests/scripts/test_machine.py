# The runner of the emulator: whatever the guest does, it ends in time with a clear word.
# SPDX-License-Identifier: BSD-2-Clause

import time

import pytest

from fake_guest import HEADER, console, encode
from rendezvous import machine
from rendezvous.machine import Limits, Machine, Run, boot_command
from rendezvous.problem import Problem

BRIEF = Limits(stall=0.5, total=3)


def run(tmp_path, limits=BRIEF, on_line=lambda raw: None):
    log = tmp_path / "console.log"
    command = machine.base_command(Machine(), log)
    return Run(command, log, limits, on_line).go()


def refused(tmp_path, *words):
    with pytest.raises(Problem) as caught:
        run(tmp_path)
    for word in words:
        assert word in str(caught.value)


def test_good_run(qemu, tmp_path):
    seen = []
    assert run(tmp_path, on_line=seen.append) == console()
    assert len(seen) == 3
    assert sorted(path.name for path in tmp_path.glob("console*")) == ["console.log"]


def test_failed_tests_are_a_whole_run(qemu, tmp_path):
    qemu(35)
    assert run(tmp_path)


def test_hang(qemu, tmp_path):
    qemu("hang", b"[rdv] booting\n")
    start = time.monotonic()
    refused(tmp_path, "no progress for 0.5 seconds", "[rdv] booting", "hangs")
    assert time.monotonic() - start < 3


def test_hang_that_ignores_the_first_signal(qemu, tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "GRACE_SECONDS", 0.2)
    qemu("stubborn", b"")
    refused(tmp_path, "printed nothing")


def test_hang_after_the_trailer(qemu, tmp_path):
    qemu("hang")
    refused(tmp_path, "no progress")


def test_panic(qemu, tmp_path):
    qemu(37, encode(HEADER) + encode({"rdv": "panic", "reason": "assertion failed"}))
    refused(tmp_path, "The kernel panicked", "assertion failed")


def test_panic_and_then_a_hang(qemu, tmp_path):
    qemu("hang", encode({"rdv": "panic", "reason": "assertion failed"}))
    refused(tmp_path, "The kernel panicked")


def test_triple_fault(qemu, tmp_path):
    qemu(0, b"[rdv] booting\n")
    refused(tmp_path, "triple fault", "[rdv] booting")


def test_emulator_that_refuses(qemu, tmp_path):
    qemu(1, b"")
    refused(tmp_path, "ended with status 1", "nothing at all")


def test_total_limit(qemu, tmp_path):
    qemu("hang", console())
    with pytest.raises(Problem, match="not done after 0.3 seconds(.|\n)*longer --time-limit helps"):
        run(tmp_path, Limits(stall=5, total=0.3))


def test_no_emulator(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    refused(tmp_path, "not installed")


def test_counting_command(built):
    text = " ".join(boot_command(Machine(cores=2), built, "bench", "clock=instructions", "c,x"))
    for words in ("-smp 2", "-icount shift=0,sleep=off", "-serial file:c,x ", "-rtc clock=vm"):
        assert words in text
    assert text.endswith("bench.pack -append clock=instructions")


def test_emulated_time_has_threads_and_no_count():
    options = " ".join(Machine(clock="emulated-time").options())
    assert "thread=multi" in options and "icount" not in options


@pytest.mark.parametrize(
    "wrong, why",
    [
        (Machine(clock="cycles"), "no clock 'cycles'"),
        (Machine(accel="kvm"), "no clock 'instructions'"),
        (Machine(cores=0), "--cores 0"),
        (Machine(cores=65), "--cores 65"),
    ],
)
def test_impossible_machines(wrong, why):
    with pytest.raises(Problem, match=why):
        wrong.check()


def test_kvm_that_is_not_there(tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "KVM", tmp_path / "kvm")
    with pytest.raises(Problem, match="does not exist"):
        Machine(accel="kvm", clock="cycles").check()
