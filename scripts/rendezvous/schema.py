# The schema of the protocol on the serial port; docs/records.md says what the fields mean.
# SPDX-License-Identifier: BSD-2-Clause

VERSION = 1
UNITS = {
    "instructions": "instructions",
    "instructions-all-cores": "instructions",
    "emulated-time": "ticks",
    "cycles": "cycles",
}

TEXT = {"type": "string"}
COUNT = {"type": "integer", "minimum": 0, "maximum": 1 << 62}
SAMPLE = {"type": "integer", "minimum": -(1 << 62), "maximum": 1 << 62}


def line(optional=(), **fields):
    """An object that has exactly these fields, besides `rdv`."""
    properties = {"rdv": TEXT, **fields}
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def one_of(*words):
    return {"enum": list(words)}


MACHINE = {
    "type": "object",
    "properties": {
        "cpu": TEXT,
        "cores": {"type": "integer", "minimum": 1, "maximum": 64},
        "tsc_hz": COUNT,
        "features": {"type": "array", "items": TEXT},
    },
    "required": ["cpu", "cores", "tsc_hz", "features"],
    "additionalProperties": False,
}

LINES = {
    "header": line(
        schema={"const": VERSION},
        root=one_of("bench", "test"),
        kernel=TEXT,
        variant=TEXT,
        clock=one_of(*UNITS),
        machine=MACHINE,
        arguments=TEXT,
    ),
    "progress": line(done=COUNT, total=COUNT, name=TEXT),
    "record": line(
        optional=["counts"],
        bench={"type": "string", "pattern": "^[a-z0-9_-]+/[a-z0-9_-]+$"},
        params={"type": "object", "additionalProperties": {"type": ["string", "integer"]}},
        direction=one_of("one-way", "round-trip", "event"),
        clock=one_of(*UNITS),
        unit=one_of(*UNITS.values()),
        status=one_of("ok", "skip", "error"),
        reason=TEXT,
        overhead=COUNT,
        warmup=COUNT,
        mark=COUNT,
        marks=COUNT,
        amortised=COUNT,
        iterations=COUNT,
        counts={"type": "object", "additionalProperties": COUNT},
        samples={"type": "array", "items": SAMPLE},
    ),
    "test": line(
        name=TEXT,
        cores=COUNT,
        status=one_of("pass", "fail", "skip"),
        reason=TEXT,
        file=TEXT,
        line=COUNT,
    ),
    "panic": line(reason=TEXT),
    "trailer": line(records=COUNT, checksum={"type": "string", "pattern": "^[0-9a-f]{8}$"}),
}
