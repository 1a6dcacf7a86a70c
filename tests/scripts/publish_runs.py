# Synthetic runs for the tests of publication: invented numbers, never results.
# SPDX-License-Identifier: BSD-2-Clause

import json
from itertools import product

from rendezvous.statistics import summary

ENVIRONMENT = {
    "schema": 1,
    "kernel": "0.0-test",
    "variant": "queue=benno",
    "clock": "instructions",
    "machine": {"cpu": "synthetic", "cores": 2, "tsc_hz": 1000000000, "features": []},
    "emulator": {"name": "QEMU", "version": "0.0", "accel": "tcg"},
    "commit": "0123456789abcdef0123",
    "dirty": False,
    "host": {"date": "2001-02-03T04:05:06+00:00"},
}


def record(bench, direction, samples, kernel=None, clock="instructions", **params):
    """A line of records.jsonl. Numbers are made up."""
    unit = {"emulated-time": "ticks", "cycles": "cycles"}.get(clock, "instructions")
    cores = params.pop("cores", None)
    line = {
        "bench": bench, "params": params, "direction": direction, "clock": clock, "unit": unit,
        "status": "ok", "reason": "", "overhead": 5, "warmup": 4, "mark": 0, "marks": len(samples),
        "amortised": 0, "iterations": 0, "samples": samples, **summary(samples),
        "kernel": kernel, "kernel_reason": "" if kernel else "no trace", "user": None,
        "environment": "environment.json",
    }  # fmt: skip
    if cores:
        line["cores"] = cores
    return line


def skipped(bench, direction, reason, **params):
    return {**record(bench, direction, [], **params), "status": "skip", "reason": reason}


def full_set(clock="instructions"):
    """One record of every benchmark, on one core and across two."""
    lines = [record("null/syscall", "event", [41] * 32, 30, clock)]
    for space, words in product(("same", "different"), (0, 4, 10, 60)):
        call = 100 + 4 * (space == "different") + (0 if words <= 4 else 300 + 3 * words)
        params = {"words": words, "space": space}
        lines += [
            record("ipc/call", "one-way", [call] * 32, call - 20, clock, **params),
            record("ipc/reply", "one-way", [call + 15] * 32, call - 11, clock, **params),
            record("ipc/roundtrip", "round-trip", [2 * call + 15] * 32, None, clock, **params),
        ]
    for space in ("same", "different"):
        active = {"words": 0, "space": space, "server": "active"}
        lines.append(record("ipc/roundtrip", "round-trip", [400] * 32, 380, clock, **active))
    for bench, space in product(("switch/yield", "switch/thread"), ("same", "different")):
        value = 180 + 6 * len(space)
        lines.append(record(bench, "event", [value] * 32, value - 20, clock, space=space))
    for bench, value in (("signal/poll", 52), ("signal/wake", 190), ("signal/nowaiter", 60)):
        lines.append(record(bench, "event", [value] * 32, value - 18, clock))
    for driver, signals in product(("waiting", "busy"), (1, 4, 64)):
        params = {"driver": driver, "signals": signals}
        lines.append(record("signal/burst", "event", [800 * signals] * 32, 700, clock, **params))
    for threads in (0, 64):
        lines.append(record("sched/backlog", "one-way", [400] * 32, 390, clock, threads=threads))
    for source, phase in product(("timer", "device"), ("entry", "return")):
        samples = [300 + 7 * (i * i % 11) + 40 * (source == "device") for i in range(128)]
        lines.append(
            record("interrupt/user", "event", samples, 250, clock, source=source, phase=phase)
        )
    for phase in ("entry", "return"):
        lines.append(record("fault/handler", "event", [420] * 32, 380, clock, phase=phase))
    for bench, direction in (("cross/signal", "event"), ("cross/call", "round-trip")):
        samples = [900 + i % 5 for i in range(32)]
        cores = [{"core": 0, "kernel": 300, "user": 30}, {"core": 1, "kernel": 420, "user": 25}]
        many = "instructions-all-cores" if clock == "instructions" else clock
        lines.append(record(bench, direction, samples, None, many, core=1, cores=cores))
    return lines


def write_run(folder, lines, **environment):
    """A run directory as scripts/bench leaves it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "environment.json").write_text(json.dumps({**ENVIRONMENT, **environment}))
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (folder / "records.jsonl").write_text(text)
    return folder
