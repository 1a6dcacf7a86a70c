# rdv debug on the real kernel: it stops where it was told, for whoever attaches.
# SPDX-License-Identifier: BSD-2-Clause

import json
import signal
import socket
import subprocess

import pytest

from rendezvous import axes, debug
from rendezvous.build import build
from rendezvous.problem import Problem
from rendezvous.tree import ROOT
from tracer.gdbstub import GdbStub
from tracer.image import functions

SECONDS = 60


@pytest.fixture
def kernel():
    table = axes.read_axes()
    return build(axes.choose((), table), "gcc", table).kernel


@pytest.mark.slow
def test_it_stops_at_a_function(kernel, tmp_path):
    path = tmp_path / "gdb"
    words = ["debug", "--unix", path, "--break", "fastpath_call", "--json"]
    process = subprocess.Popen(
        [ROOT / "scripts/rdv", *words, "--time-limit", str(SECONDS)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        # A suite that runs in the background has Ctrl-C ignored, and so would what it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        said = json.loads(process.stdout.readline())
        assert said["target"] == str(path) and "hbreak fastpath_call" in said["gdb"]
        stub = attach(path)
        (address,) = [at for at, name in functions(kernel) if name == "fastpath_call"]
        stub.set_breakpoint(address)
        assert stub.instruction_pointer(stub.resume()) == address
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert process.returncode == 0


def attach(path):
    """The emulator makes the socket a little after the command has said how to attach."""
    for _ in range(200):
        try:
            return GdbStub(path, SECONDS)
        except (FileNotFoundError, ConnectionRefusedError):
            signal.sigtimedwait([], 0.05)
    raise AssertionError("the debugger stub did not appear")


@pytest.mark.slow
def test_an_unknown_function(kernel):
    with pytest.raises(Problem, match="no function 'fastpath_cal'") as refused:
        debug.check_symbols(kernel, ["fastpath_cal"])
    assert "fastpath_call" in refused.value.advice


def test_a_port_in_use():
    with socket.socket() as other:
        other.bind((debug.HOST, 0))
        other.listen()
        with pytest.raises(Problem, match="in use"):
            debug.check_port(other.getsockname()[1])
