# Run directories made up for the tests of rdv: whole ones, with the samples that a test wants.
# SPDX-License-Identifier: BSD-2-Clause

import copy
import random

import fake_guest
from rendezvous import trace
from rendezvous.protocol import read_log
from rendezvous.records import complete, write_json, write_records

ENVIRONMENT = {
    "schema": 1,
    "boots": 1,
    "emulator": {"name": "QEMU", "version": "7.2.22", "accel": "tcg", "build": "QEMU 7.2.22"},
    "compiler": {"name": "gcc", "version": "gcc (Debian 12.2.0-14+deb12u1) 12.2.0"},
    "commit": "1" * 40,
    "dirty": False,
    "host": {"cpu": "some processor", "kernel": "6.1"},
}
COUNTED, TIMED = "instructions", "cycles"
UNITS = {COUNTED: "instructions", TIMED: "cycles"}
COUNT = 3


def record(samples, bench="ipc/call", clock=COUNTED, functions=None, **changes):
    """A record with these samples; `functions` becomes the tracer's part."""
    made = fake_guest.record(bench=bench, clock=clock, unit=UNITS[clock], samples=list(samples))
    made |= {"marks": 0, **changes}
    return made, functions or {}


def complete_record(guest, functions):
    traced = trace.absent("made up")
    return complete(guest, {**traced, "functions": functions})


def header(clock, changes):
    made = copy.deepcopy(fake_guest.HEADER) | {"clock": clock, "arguments": f"clock={clock}"}
    machine = made["machine"] | changes.pop("machine", {})
    named = {name: changes.pop(name) for name in ("variant", "arguments") if name in changes}
    return made | {"machine": machine} | named


def write_run(folder, *boots, clock=COUNTED, **changes):
    """A run directory; each boot is a list of record(); changes are fields of the environment."""
    folder.mkdir(parents=True)
    said = header(clock, changes)
    for number, boot in enumerate(boots):
        name = f"console-{number + 1}.log" if number else "console.log"
        (folder / name).write_bytes(fake_guest.console([guest for guest, _ in boot], said))
    log = read_log((folder / "console.log").read_bytes()).header
    made = {**log, **copy.deepcopy(ENVIRONMENT), "boots": len(boots)}
    made["machine"] = {**log["machine"], "memory_mib": 512}
    for name, value in changes.items():
        made[name] = {**made[name], **value} if isinstance(value, dict) else value
    write_json(folder / "environment.json", made)
    write_records(folder, [complete_record(*pooled) for pooled in pool(boots)])
    return folder


def pool(boots):
    """The records of the first boot with the samples of all, where times were measured."""
    for same in zip(*boots):
        guest, functions = same[0]
        if guest["clock"] != COUNTED:
            guest = {**guest, "samples": [v for other, _ in same for v in other["samples"]]}
        yield guest, functions


def times(seed, middle, spread, number=200):
    """Times of one boot, the same for the same seed."""
    source = random.Random(seed)
    return [max(1, round(source.gauss(middle, spread))) for _ in range(number)]


def timed_run(folder, seed, middle, spread, boots=5, drift=0, **changes):
    """A run of cycles: `drift` moves each boot as a whole by as much at most."""
    source = random.Random(seed)
    moved = [middle + source.uniform(-drift, drift) for _ in range(boots)]
    made = [[record(times(seed + n, at, spread), clock=TIMED)] for n, at in enumerate(moved)]
    return write_run(folder, *made, clock=TIMED, **changes)
