# Counts a marked region's instructions by single-stepping the guest through QEMU's debugger stub.
# SPDX-License-Identifier: BSD-2-Clause
#
# Slow, and shares nothing with the tracer but the markers, so that the one checks the other.

import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rendezvous.problem import Problem
from tracer.gdbstub import GdbStub

MAX_STEPS = 100_000
START_SECONDS = 10


@dataclass(frozen=True)
class SteppedRegion:
    """The instructions between two markers, in order, by their addresses."""

    core: int
    addresses: list

    @property
    def kernel(self):
        return sum(address >> 63 for address in self.addresses)

    @property
    def user(self):
        return len(self.addresses) - self.kernel


def connect(path, process, seconds):
    """QEMU makes the socket a little after it starts."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            message = process.stderr.read().decode(errors="replace").strip()
            raise Problem(f"QEMU did not start: {message}")
        try:
            return GdbStub(path, seconds)
        except (FileNotFoundError, ConnectionRefusedError):
            time.sleep(0.02)
    raise Problem(f"QEMU's debugger stub did not appear within {START_SECONDS} s")


@contextmanager
def debugged(command, seconds):
    """Starts the machine stopped, with a connection to its debugger stub."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gdb"
        stub = ["-S", "-gdb", f"unix:{path},server=on,wait=off"]
        process = subprocess.Popen(
            ["timeout", "-k", "1", str(seconds), *command, *stub],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        try:
            debugger = connect(path, process, seconds)
            yield debugger
            debugger.close()
        finally:
            process.terminate()
            process.communicate()


def run_to_region(debugger, markers, region):
    """Stops after the begin marker of that region; returns the thread that executed it."""
    for address in markers.begin:
        debugger.set_breakpoint(address)
    for _ in range(region + 1):
        thread = debugger.resume()
        debugger.step(thread)  # over the marker, and so over its breakpoint
    return thread


def count_region(command, markers, region, seconds=60):
    """Steps through a region of the guest that `command` boots: the one that begins when any of
    the begin markers is met for the time number `region`, from 0.

    A machine that was stopped reads other times than one that was not: markers by which the guest
    calibrates itself should not be among them.

    Only the core on which the region begins is stepped; the region must end there. Interrupts and
    timers stand still meanwhile (QEMU's default for single steps), so a region that waits for one
    has no end. An instruction that faults is one step, as it is one instruction for the tracer.
    """
    with debugged(command, seconds) as debugger:
        thread = run_to_region(debugger, markers, region)
        addresses = []
        while (address := debugger.instruction_pointer(thread)) not in markers.end:
            addresses.append(address)
            if len(addresses) > MAX_STEPS:
                raise Problem(f"region {region} has no end within {MAX_STEPS} instructions")
            debugger.step(thread)
    return SteppedRegion(thread - 1, addresses)
