# The emulated machine: its command line, and how it is run, watched and ended.
# SPDX-License-Identifier: BSD-2-Clause

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from rendezvous.problem import Problem
from rendezvous.protocol import PREFIX

QEMU = "qemu-system-x86_64"
KVM = Path("/dev/kvm")
POLL_SECONDS = 0.05
GRACE_SECONDS = 2  # between asking a process to end and ending it
LAST_LINES = 20
DONE, TEST_FAILED, PANIC = 33, 35, 37  # (value << 1) | 1 of isa-debug-exit

# Clocks by accelerator; the first is the default.
CLOCKS = {"tcg": ("instructions", "emulated-time"), "kvm": ("cycles",)}


@dataclass(frozen=True)
class Machine:
    """What to run on. The clock decides how the emulator counts time."""

    accel: str = "tcg"
    clock: str = "instructions"
    cores: int = 4
    memory_mib: int = 512

    def check(self):
        if self.clock not in CLOCKS[self.accel]:
            raise Problem(
                f"--accel {self.accel} has no clock '{self.clock}'",
                f"It has: {', '.join(CLOCKS[self.accel])}. "
                "Instructions are counted by emulation (tcg), cycles by hardware (kvm).",
            )
        if not 1 <= self.cores <= 64:
            raise Problem(f"--cores {self.cores} is not possible", "From 1 to 64; tested to 8.")
        if self.accel == "kvm" and not os.access(KVM, os.R_OK | os.W_OK):
            why = "is not writable for this user" if KVM.exists() else "does not exist"
            raise Problem(
                f"--accel kvm: {KVM} {why}",
                "It needs a processor with VMX or SVM, the module kvm_intel or kvm_amd, and "
                "membership in the group kvm. Without it: --accel tcg counts instructions.",
            )

    def options(self):
        """The emulator's options for processor and time."""
        if self.accel == "kvm":
            return ["-accel", "kvm", "-cpu", "host,+invtsc"]
        if self.clock == "instructions":
            return ["-accel", "tcg", "-cpu", "max", "-icount", "shift=0,sleep=off"]
        return ["-accel", "tcg,thread=multi", "-cpu", "max"]


@dataclass(frozen=True)
class Limits:
    """Seconds without a protocol line, and seconds in all, before a run counts as hung."""

    stall: float = 60
    total: float = 600


def base_command(machine, console):
    """The machine without what it boots: no display, no network, the serial port in a file."""
    return [
        *(QEMU, "-M", "q35", "-m", str(machine.memory_mib), "-smp", str(machine.cores)),
        *machine.options(),
        *("-display", "none", "-vga", "none", "-nic", "none", "-no-reboot", "-monitor", "none"),
        *("-serial", f"file:{console}"),
        *("-device", "isa-debug-exit,iobase=0xf4,iosize=4", "-device", "edu", "-rtc", "clock=vm"),
    ]


def boot_command(machine, built, root, arguments, console, tracer=()):
    """The whole command line that boots a build with one of its root tasks, perhaps traced."""
    return [
        *base_command(machine, console),
        *tracer,
        *("-kernel", str(built.kernel), "-initrd", str(built.module(root))),
        *("-append", arguments),
    ]


def last_lines(console):
    text = console.decode(errors="replace").replace("\r", "")
    return "\n".join("  | " + line[:200] for line in text.splitlines()[-LAST_LINES:])


class Run:
    """One run of the emulator: started, watched until it ends or a limit is met, diagnosed."""

    def __init__(self, command, console, limits=Limits(), on_line=lambda raw: None):
        self.command = command
        self.console = Path(console)
        self.limits = limits
        self.on_line = on_line
        self.overdue = ""
        self.seen = 0

    def go(self):
        """Runs to the end. Returns the console's bytes; a Problem if the run was not whole."""
        if not shutil.which(self.command[0]):
            raise Problem(f"{self.command[0]} is not installed", "It is in qemu-system-x86.")
        self.console.write_bytes(b"")
        errors = self.console.with_suffix(".stderr")
        with open(errors, "w+b") as stderr:
            process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=stderr, stderr=stderr
            )
            try:
                self.watch(process)
            finally:
                end(process)
            stderr.seek(0)
            complaint = stderr.read().decode(errors="replace").strip()
        errors.unlink()
        self.diagnose(process.returncode, complaint)
        return self.console.read_bytes()

    def watch(self, process):
        """Follows the console until the process ends or is overdue."""
        start = progress = time.monotonic()
        while process.poll() is None and not self.overdue:
            time.sleep(POLL_SECONDS)
            now = time.monotonic()
            if self.follow():
                progress = now
            if now - progress > self.limits.stall:
                self.overdue = f"no progress for {self.limits.stall:g} seconds"
            elif now - start > self.limits.total:
                self.overdue = f"not done after {self.limits.total:g} seconds"
        self.follow()

    def follow(self):
        """Hands on the protocol lines that came since the last time; says whether any came."""
        with open(self.console, "rb") as file:
            file.seek(self.seen)
            new = file.read()
        whole = new[: new.rfind(b"\n") + 1]
        self.seen += len(whole)
        lines = [raw for raw in whole.splitlines() if raw.startswith(PREFIX)]
        for raw in lines:
            self.on_line(raw)
        return bool(lines)

    def diagnose(self, status, complaint):
        """Raises a Problem that says what most likely went wrong, if anything did."""
        if not self.overdue and status in (DONE, TEST_FAILED):
            return
        console = self.console.read_bytes()
        message, advice = meaning(self.overdue, status, console)
        shown = last_lines(console) or "  (nothing at all)"
        parts = [message, f"The last lines of the console:\n{shown}"]
        parts += [f"The emulator said: {complaint}"] if complaint else []
        raise Problem("\n".join(parts), advice)


def end(process):
    """Ends the process if it still runs: asks first, then insists."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


def meaning(overdue, status, console):
    """What an end that is not a good one most likely means, and what to do about it."""
    if b'{"rdv":"panic"' in console or (status == PANIC and not overdue):
        return "The kernel panicked.", "Its reason is in the last lines."
    if overdue:
        where = "hangs" if console else "printed nothing and hangs, or never began"
        limit = "--stall-limit" if overdue.startswith("no progress") else "--time-limit"
        return (
            f"The guest was stopped: {overdue}.",
            f"It {where}. On a slow or busy machine a longer {limit} helps.",
        )
    if status == 0:
        return (
            "The machine was reset before the run was complete: most likely a triple fault.",
            "`-d int,cpu_reset -D FILE` added to the emulator's command line shows the faults.",
        )
    if status < 0:
        name = signal.Signals(-status).name
        return f"The emulator was ended by {name}.", "It crashed, or someone else stopped it."
    return f"The emulator ended with status {status}.", "It may not know one of its options."
