#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Stands in for QEMU: writes a prepared console and ends, or hangs, as FAKE_QEMU says.

FAKE_QEMU is "STATUS" or "hang" or "stubborn", FAKE_CONSOLE the file with what is printed.
"""

import os
import signal
import sys
import time
from pathlib import Path

if "--version" in sys.argv:
    print("QEMU emulator version 7.2.22 (fake)")
    sys.exit(0)

serial = sys.argv[sys.argv.index("-serial") + 1]
Path(serial.removeprefix("file:").replace(",,", ",")).write_bytes(
    Path(os.environ["FAKE_CONSOLE"]).read_bytes()
)
behaviour = os.environ["FAKE_QEMU"]
if behaviour.isdigit():
    sys.exit(int(behaviour))
if behaviour == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
time.sleep(60)
