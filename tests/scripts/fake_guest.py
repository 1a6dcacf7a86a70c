# Console output as a root task would print it, whole or damaged, for the tests of the scripts.
# SPDX-License-Identifier: BSD-2-Clause

import json
import zlib

HEADER = {
    "rdv": "header",
    "schema": 1,
    "root": "bench",
    "kernel": "0.1",
    "variant": "queue=benno",
    "clock": "instructions",
    "machine": {"cpu": "QEMU TCG CPU", "cores": 4, "tsc_hz": 1000000000, "features": ["smep"]},
    "arguments": "clock=instructions",
}
RECORD = {
    "rdv": "record",
    "bench": "ipc/call",
    "params": {"words": 4, "space": "different"},
    "direction": "one-way",
    "clock": "instructions",
    "unit": "instructions",
    "status": "ok",
    "reason": "",
    "overhead": 5,
    "warmup": 16,
    "mark": 0,
    "marks": 3,
    "amortised": 0,
    "iterations": 0,
    "samples": [201, 205, 201],
}
TEST = {
    "rdv": "test",
    "name": "untyped_retype",
    "cores": 2,
    "status": "pass",
    "reason": "",
    "file": "",
    "line": 0,
}
PROGRESS = {"rdv": "progress", "done": 0, "total": 2, "name": "ipc/call"}


def record(**changes):
    return {**RECORD, **changes}


def test_line(**changes):
    return {**TEST, **changes}


test_line.__test__ = False  # its name is the protocol's, not pytest's


def encode(value):
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"


def console(lines=(RECORD,), header=HEADER, trailer=None):
    """A whole run as bytes; `trailer` overrides fields of the last line."""
    checked = [encode(header), *(encode(line) for line in lines if line["rdv"] != "progress")]
    last = {
        "rdv": "trailer",
        "records": len(checked) - 1,
        "checksum": f"{zlib.crc32(b''.join(checked)):08x}",
        **(trailer or {}),
    }
    text = b"[rdv] booting\n" + encode(header) + b"".join(map(encode, lines)) + encode(last)
    return text.replace(b"\n", b"\r\n")
