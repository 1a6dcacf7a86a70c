# The little of GDB's remote serial protocol that single-stepping a QEMU guest takes.
# SPDX-License-Identifier: BSD-2-Clause
#
# A packet is $DATA#CC, CC being the sum of DATA's bytes modulo 256 in hexadecimal; each is
# acknowledged by "+". See "GDB Remote Serial Protocol" in GDB's manual.

import re
import socket

from rendezvous.problem import Problem

RIP = 16  # its place among the 8-byte registers of the "g" packet


class GdbStub:
    """A connection to QEMU's debugger stub. The machine is stopped whenever a method returns."""

    def __init__(self, path, seconds):
        """`seconds` bounds every wait for an answer, also for the guest to stop."""
        self.seconds = seconds
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(seconds)
        self.socket.connect(str(path))
        self.received = b""

    def close(self):
        self.socket.close()

    def receive(self, count):
        """At least `count` bytes in `received`."""
        while len(self.received) < count:
            try:
                data = self.socket.recv(65536)
            except TimeoutError as error:
                raise Problem(f"the guest did not stop within {self.seconds} s") from error
            if not data:
                raise Problem("the guest ended while it was debugged")
            self.received += data

    def packet(self):
        """The next packet's data, acknowledged."""
        while (end := self.received.find(b"#")) < 0:
            self.receive(len(self.received) + 1)
        self.receive(end + 3)
        start = self.received.index(b"$") + 1
        data = self.received[start:end]
        self.received = self.received[end + 3 :]
        self.socket.sendall(b"+")
        return data.decode("ascii")

    def ask(self, request):
        data = request.encode("ascii")
        self.socket.sendall(b"$%s#%02x" % (data, sum(data) % 256))
        answer = self.packet()
        if re.fullmatch(r"E[0-9a-fA-F]{2}", answer):
            raise Problem(f"the debugger stub refused '{request}' with {answer}")
        return answer

    def set_breakpoint(self, address):
        if self.ask(f"Z1,{address:x},1") != "OK":
            raise Problem("the debugger stub knows no breakpoints")

    def stopped(self, answer):
        """The number of the thread, counted from 1, that stopped the machine."""
        match = re.match(r"T[0-9a-f]{2}.*?thread:(?:p[0-9a-f]+\.)?([0-9a-f]+);", answer)
        if not match:
            raise Problem(f"the guest ended while it was debugged: '{answer}'")
        return int(match[1], 16)

    def resume(self):
        """Lets all cores run until a breakpoint; returns the thread that hit it."""
        return self.stopped(self.ask("vCont;c"))

    def step(self, thread):
        """One instruction of one thread; the others stand still."""
        self.stopped(self.ask(f"vCont;s:{thread:x}"))

    def instruction_pointer(self, thread):
        self.ask(f"Hg{thread:x}")
        digits = self.ask("g")[RIP * 16 : RIP * 16 + 16]
        return int.from_bytes(bytes.fromhex(digits), "little")
