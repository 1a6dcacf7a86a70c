# The counts of ipc/call on the real kernel agree: time-stamp counter, tracer, single-stepping.
# SPDX-License-Identifier: BSD-2-Clause

import json
from dataclasses import dataclass

import pytest

from rendezvous import axes, trace
from rendezvous.build import build
from rendezvous.machine import Limits, Machine, Run, boot_command
from rendezvous.protocol import read_log
from tracer.build import build_tracer, plugin_arguments
from tracer.image import find_markers, write_symbols
from tracer.singlestep import count_region

MACHINE = Machine(cores=2)
ARGUMENTS = "clock=instructions filter=ipc/call samples=2"
SECONDS = 60
CASES = 8  # two address spaces, four lengths
STEPPED = [{"words": 4, "space": "same"}, {"words": 60, "space": "different"}]


@dataclass(frozen=True)
class Boot:
    """One traced run of ipc/call."""

    built: object
    records: list
    regions: list


def boot_traced(folder, machine, arguments):
    table = axes.read_axes()
    built = build(axes.choose((), table), "gcc", table)
    tracer = build_tracer(folder)
    if tracer.plugin is None:
        pytest.skip(tracer.reason)
    out, symbols, console = (folder / name for name in ("trace.jsonl", "symbols", "console.log"))
    write_symbols(built.kernel, symbols)
    loaded = plugin_arguments(tracer.plugin, out, symbols)
    command = boot_command(machine, built, "bench", arguments, console, loaded)
    log = read_log(Run(command, console, Limits(SECONDS, SECONDS)).go())
    return Boot(built, log.records, trace.read_trace(out))


@pytest.fixture(scope="module")
def boot(tmp_path_factory):
    return boot_traced(tmp_path_factory.mktemp("counts"), MACHINE, ARGUMENTS)


def marked(boot, record):
    return boot.regions[record["mark"] : record["mark"] + record["marks"]]


def whole(region):
    """Kernel and user instructions of all cores."""
    return [sum(core[part] for core in region["cores"]) for part in ("kernel", "user")]


def test_every_case_was_measured_and_marked(boot):
    assert len(boot.records) == CASES
    for record in boot.records:
        assert (record["status"], record["marks"]) == ("ok", len(record["samples"]))


def test_every_sample_is_what_the_tracer_counts(boot):
    for record in boot.records:
        assert record["samples"] == [sum(whole(region)) for region in marked(boot, record)]


def uncounted(record):
    """Instructions that the tracer counts and a sample does not hold."""
    params = record["params"]
    if params.get("kind") == "page":
        return 1  # the load that faults: begun, not completed
    if params.get("phase") == "return":
        return 2  # the loop that sees the flag: part of the overhead that is subtracted
    return 0


def test_every_benchmark_agrees_with_the_tracer(tmp_path):
    boot = boot_traced(tmp_path, Machine(cores=4), "clock=instructions samples=2")
    for record in filter(lambda record: record["marks"], boot.records):
        counted = [sum(whole(region)) - uncounted(record) for region in marked(boot, record)]
        assert record["samples"] == counted, record


def test_the_other_core_sleeps(boot):
    for record in boot.records:
        for region in marked(boot, record):
            assert region["cores"][1] == {"core": 1, "kernel": 0, "user": 0}


def test_the_functions_make_up_the_kernel_part(boot):
    for record in boot.records:
        for region in marked(boot, record):
            assert sum(region["functions"].values()) == whole(region)[0]
            assert "unknown" not in region["functions"]


def test_the_user_part_is_the_system_call_that_begins_the_message(boot):
    for record in boot.records:
        assert {whole(region)[1] for region in marked(boot, record)} == {1}


@pytest.mark.parametrize("params", STEPPED, ids=json.dumps)
def test_single_stepping_agrees(boot, params, tmp_path):
    record = next(record for record in boot.records if record["params"] == params)
    markers = find_markers(boot.built.folder / "bench/bench.elf", "ipc_call.c")
    first = boot.records[0]["mark"] - boot.records[0]["warmup"]  # the first of ipc/call
    command = boot_command(MACHINE, boot.built, "bench", ARGUMENTS, tmp_path / "console.log")
    stepped = count_region(command, markers, record["mark"] - first, SECONDS)
    assert [stepped.kernel, stepped.user] == whole(marked(boot, record)[0])
    assert stepped.kernel + stepped.user == record["samples"][0]
