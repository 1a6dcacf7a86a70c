# The tracer against a guest whose instructions were counted by hand, and against single-stepping.
# SPDX-License-Identifier: BSD-2-Clause

import json
import subprocess
from pathlib import Path

import pytest

from rendezvous.problem import Problem
from tracer.build import SOURCES, build_tracer, plugin_arguments
from tracer.image import find_markers, functions, write_symbols
from tracer.singlestep import count_region

GUEST = Path(__file__).parent / "tracer_guest"
SECONDS = 20
DONE = 33  # the guest wrote 0x10 to isa-debug-exit
EMPTY, LOOP, KERNEL, STRING, FAULT, INTERRUPT, CROSS = range(7)

MACHINE = "qemu-system-x86_64 -M q35 -m 64 -cpu max -smp 2 -rtc clock=vm".split()
MACHINE += "-display none -vga none -nic none -monitor none -no-reboot".split()
MACHINE += "-device isa-debug-exit,iobase=0xf4,iosize=4".split()
COUNTING = ["-icount", "shift=0,sleep=off"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("tracer")


@pytest.fixture(scope="module")
def guest(folder):
    """The built guest."""
    target = folder / "guest.elf"
    options = f"-T,{GUEST}/guest.ld,--build-id=none,--no-warn-rwx-segments,--fatal-warnings"
    command = ["gcc", "-nostdlib", "-static", "-no-pie", f"-Wl,{options}"]
    subprocess.run([*command, "-o", target, GUEST / "guest.S"], check=True)
    return target


@pytest.fixture(scope="module")
def plugin(folder):
    tracer = build_tracer(folder)
    if tracer.plugin is None:
        pytest.skip(tracer.reason)
    return tracer.plugin


def command(guest, serial, counting=True):
    return [*MACHINE, *(COUNTING if counting else []), "-serial", serial, "-kernel", str(guest)]


def run(words):
    """Boots to the end; returns what QEMU said."""
    bounded = ["timeout", "-k", "1", str(SECONDS), *words]
    done = subprocess.run(bounded, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert done.returncode == DONE, done.stderr
    return done.stderr


def read_ticks(path):
    return [int(line, 16) for line in path.read_text().split()]


@pytest.fixture(scope="module")
def traced(folder, guest, plugin):
    """One traced run in counting mode: the guest's ticks and the tracer's lines."""
    out, symbols, serial = (folder / name for name in ("out.jsonl", "guest.sym", "serial"))
    write_symbols(guest, symbols)
    run(
        command(guest, f"file:{serial}")
        + plugin_arguments(plugin, out, symbols, symbols, (KERNEL, folder / "listing"))
    )
    return read_ticks(serial), [json.loads(line) for line in out.read_text().splitlines()]


def parts(region):
    """Kernel and user instructions of core 0, then of core 1."""
    return [count for core in region["cores"] for count in (core["kernel"], core["user"])]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (EMPTY, [0, 0, 0, 0]),
        (LOOP, [0, 1 + 2 * 1000, 0, 0]),
        (KERNEL, [1 + 2 * 100 + 2 + 3, 2, 0, 0]),
        (STRING, [0, 2 + 16 + 1, 0, 0]),  # rep: one a byte, and one that finds the count at zero
        (FAULT, [3, 2, 0, 0]),
        (INTERRUPT, [2, 2, 0, 0]),
        (8, [0, 1, 0, 0]),
    ],
)
def test_counts_what_was_written(traced, number, expected):
    region = traced[1][number]
    assert (region["begin_core"], region["end_core"]) == (0, 0)
    assert parts(region) == expected


@pytest.mark.parametrize("number", [EMPTY, LOOP, KERNEL, STRING, INTERRUPT, CROSS])
def test_agrees_with_the_time_stamp_counter(traced, number):
    ticks, regions = traced
    assert sum(parts(regions[number])) == ticks[number] - ticks[EMPTY]


def test_a_faulting_instruction_is_counted_though_it_does_not_complete(traced):
    ticks, regions = traced
    assert sum(parts(regions[FAULT])) == ticks[FAULT] - ticks[EMPTY] + 1


def test_a_region_may_end_on_another_core(traced):
    region = traced[1][CROSS]
    assert (region["begin_core"], region["end_core"]) == (0, 1)
    kernel_first, user_first, kernel_second, user_second = parts(region)
    assert (kernel_first, kernel_second, user_second) == (0, 1 + 2 * 50, 0)
    assert user_first > 0


def test_counts_by_function(traced):
    region = traced[1][KERNEL]
    assert region["functions"] == {"kernel_work": 1 + 2 * 100 + 2, "kernel_leaf": 3}
    assert region["user_functions"] == {"region_kernel": 2}


def test_unbalanced_markers_are_errors_and_keep_their_numbers(traced):
    assert [line["region"] for line in traced[1]] == [*range(9), None, 9]
    assert {n: line["error"] for n, line in enumerate(traced[1]) if "error" in line} == {
        7: "no end marker before the next begin marker",
        9: "end marker without begin marker",
        10: "no end marker before the end of the run",
    }


def test_the_tracer_does_not_change_what_the_guest_sees(traced, folder, guest):
    serial = folder / "untraced"
    run(command(guest, f"file:{serial}"))
    assert read_ticks(serial) == traced[0]


def test_two_runs_are_the_same(traced, folder, guest, plugin):
    symbols, out = folder / "guest.sym", folder / "again.jsonl"
    run(command(guest, "null") + plugin_arguments(plugin, out, symbols, symbols))
    assert out.read_text() == (folder / "out.jsonl").read_text()


def test_counts_without_counting_mode(folder, guest, plugin):
    """Cores in parallel: counts of one core are still exact; without symbols no functions."""
    out = folder / "parallel.jsonl"
    run(command(guest, "null", counting=False) + plugin_arguments(plugin, out))
    regions = [json.loads(line) for line in out.read_text().splitlines()]
    assert parts(regions[LOOP]) == [0, 1 + 2 * 1000, 0, 0]
    assert parts(regions[KERNEL]) == [206, 2, 0, 0]
    assert regions[KERNEL]["functions"] == {}


@pytest.mark.parametrize("number", [EMPTY, LOOP, KERNEL, STRING, FAULT])
def test_single_stepping_agrees(traced, guest, number):
    stepped = count_region(command(guest, "null"), find_markers(guest), number, SECONDS)
    assert [stepped.kernel, stepped.user, 0, 0] == parts(traced[1][number])
    assert stepped.core == 0


def test_single_stepping_sees_the_listed_instructions(traced, folder, guest):
    lines = [line.split() for line in (folder / "listing").read_text().splitlines()]
    stepped = count_region(command(guest, "null"), find_markers(guest), KERNEL, SECONDS)
    assert [int(address, 16) for _, address, _ in lines] == stepped.addresses
    assert lines[2] == ["0", "0xffffffff80200000", "kernel_work"]


def test_single_stepping_says_when_there_is_no_such_region(guest):
    with pytest.raises(Problem, match="the guest ended"):
        count_region(command(guest, "null"), find_markers(guest), 99, SECONDS)


def test_single_stepping_says_when_the_machine_does_not_start(guest):
    with pytest.raises(Problem, match="did not start.*no-such-option"):
        count_region([*MACHINE, "-no-such-option"], find_markers(guest), 0, SECONDS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("", "no output: give out=FILE"),
        (",out=/no/such/folder/out", "cannot create /no/such/folder/out"),
        (",out=/dev/null,colour=red", "unknown argument colour=red"),
        (",out=/dev/null,symbols=/no/such/file", "cannot read symbols /no/such/file"),
        (",out=/dev/null,listing=x", "expected the number of a region"),
    ],
)
def test_wrong_arguments_are_refused(plugin, arguments, message):
    assert message in refusal(f"{plugin}{arguments}")


def refusal(plugin):
    words = "-M none -nodefaults -display none -S".split()
    bounded = ["timeout", "-k", "1", str(SECONDS), MACHINE[0], *words, "-plugin", plugin]
    done = subprocess.run(bounded, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    return done.stderr


@pytest.mark.parametrize("lines", ["20 b\n10 a\n", "10\n", "x y\n", '10 "a"\n', "10 a b\n"])
def test_wrong_symbols_are_refused(folder, plugin, lines):
    symbols = folder / "wrong.sym"
    symbols.write_text(lines)
    line = 2 if lines.count("\n") == 2 else 1
    assert f"wrong.sym:{line}: expected" in refusal(f"{plugin},out=/dev/null,symbols={symbols}")


def test_a_comma_in_a_file_name_is_no_separator(folder, guest, plugin):
    out = folder / "a,b.jsonl"
    run(command(guest, "null") + plugin_arguments(plugin, out))
    assert out.exists()


def test_the_reason_is_told_when_there_is_no_tracer(tmp_path, monkeypatch):
    missing = build_tracer(tmp_path, "qemu-system-pdp11")
    assert (missing.plugin, missing.reason) == (None, "qemu-system-pdp11 is not installed")
    monkeypatch.setattr("tracer.build.SOURCES", [Path("/dev/null/no.c"), *SOURCES])
    broken = build_tracer(tmp_path)
    assert broken.plugin is None
    assert "own version 1: " in broken.reason and "no.c" in broken.reason


def test_a_header_of_another_qemu_does_not_matter(tmp_path, plugin, monkeypatch):
    """An installed header that QEMU does not fit: the tracer's own declarations are tried."""
    (tmp_path / "qemu-plugin.h").write_text("#error made for another QEMU\n")
    monkeypatch.setenv("CPATH", str(tmp_path))
    assert build_tracer(tmp_path).plugin


def test_functions_are_distinct_and_sorted(guest):
    found = functions(guest)
    assert found == sorted(found)
    assert len({name for _, name in found}) == len(found)
    assert (0xFFFFFFFF80200000, "kernel_work") in found


def test_a_program_without_markers_or_symbols_is_refused(tmp_path, guest):
    stripped = tmp_path / "stripped"
    subprocess.run(["strip", "-o", stripped, guest], check=True)
    with pytest.raises(Problem, match="no symbols"):
        functions(stripped)
    with pytest.raises(Problem, match="not an ELF file"):
        find_markers(GUEST / "guest.ld")
