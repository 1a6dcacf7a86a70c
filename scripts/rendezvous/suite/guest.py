# Parts of the suite that boot the kernel: its tests, its benchmarks, and it broken on purpose.
# SPDX-License-Identifier: BSD-2-Clause

import json
import shutil
import subprocess

from rendezvous.axes import choose, describe, read_axes
from rendezvous.machine import Limits, Machine, Run, base_command, boot_command
from rendezvous.measure import Wish, measure
from rendezvous.problem import Problem
from rendezvous.protocol import read_log
from rendezvous.records import params_text, read_run
from rendezvous.suite.case import FAIL, PASS, SKIP, Case, check
from rendezvous.table import make_console
from rendezvous.tree import ROOT

COUNTED, THREADED = "instructions", "emulated-time"
LIMITS = Limits(stall=60, total=240)
BROKEN_SECONDS = 45  # for the whole of scripts/bench, its build included

# How the kernel is broken, and what a person must be told.
BROKEN = {
    "assert": "The kernel panicked",
    "loop": "no progress for 5 seconds",
    "triple": "triple fault",
}


def test_case(test, where):
    name = f"{test['name']} on {where}"
    place = f"{test['file']}:{test['line']}: " if test["file"] else ""
    return Case(name, test["status"], place + test["reason"])


def log_cases(console, where):
    """The cases of a whole run of the test root task."""
    tests = read_log(console).tests
    if not tests:
        raise Problem("The root task ran no test.")
    return [test_case(test, where) for test in tests]


def run_guest_tests(context, built, clock, cores):
    """One boot of the test root task; a run that is not whole is one failed case."""
    where = f"{cores} cores, {clock}, {built.folder.name}"
    console = context.folder / f"{where.replace(', ', '-').replace(' ', '-')}.log"
    machine = Machine(clock=clock, cores=cores)
    command = boot_command(machine, built, "test", f"clock={clock}", console)
    try:
        return log_cases(Run(command, console, LIMITS).go(), where)
    except Problem as problem:
        return [Case(f"boot on {where}", FAIL, str(problem))]


def guest_plan(context):
    """Which builds run the tests on how many cores with which clock."""
    plan = [((), "gcc", COUNTED, 1), ((), "gcc", COUNTED, 4), ((), "gcc", THREADED, 2)]
    if context.quick:
        return plan
    plan += [((), "gcc", COUNTED, 2), ((), "gcc", THREADED, 4), ((), "clang", COUNTED, 2)]
    plan += [(words, "gcc", COUNTED, cores) for words in context.variants()[1:] for cores in (1, 4)]
    return plan + ([((), "gcc", COUNTED, 8)] if context.long else [])


def skipped_everywhere(cases):
    """Names of tests that no machine has run."""
    names = {
        status: {c.name.split(" on ")[0] for c in cases if c.status == status}
        for status in (PASS, FAIL, SKIP)
    }
    return sorted(names[SKIP] - names[PASS] - names[FAIL])


def tests(context):
    """The kernel's functions, tested from user level, counted and with threads."""
    cases = []
    for words, compiler, clock, cores in guest_plan(context):
        cases += run_guest_tests(context, context.build(compiler, *words), clock, cores)
    return [*cases, check("no test was skipped everywhere", skipped_everywhere(cases))]


def pairs(context):
    """Combinations of design choices, two by two, pass the kernel's tests as well."""
    for words in context.combinations():
        yield from run_guest_tests(context, context.build("gcc", *words), COUNTED, 4)


def record_case(record, cores):
    name = f"{record['bench']} {params_text(record['params'])} on {cores} cores".replace("  ", " ")
    status = {"ok": PASS, "skip": SKIP, "error": FAIL}[record["status"]]
    if status == SKIP and cores == 1:
        return Case(name)  # it says that it has no meaning on one core, which is right
    return Case(name, status, record["reason"])


def bench(context, cores, name, **wishes):
    """Runs the benchmarks without plots; gives the run directory."""
    wish = Wish(Machine(cores=cores), LIMITS, output=context.folder / name, plots=False, **wishes)
    return measure(wish, make_console(), quiet=True)[0]


def benchmarks(context):
    """Every benchmark gives a result wherever it has a meaning."""
    for cores in (4,) if context.quick else (1, 2, 4):
        try:
            folder = bench(context, cores, f"bench-{cores}")
        except Problem as problem:
            yield Case(f"run on {cores} cores", FAIL, str(problem))
            continue
        yield from (record_case(record, cores) for record in read_run(folder)[1])


def differing(first, second):
    """Names of files that differ between two runs, the environment's host fields apart."""
    names = ["console.log", "records.jsonl", "results.csv", "trace.jsonl"]
    for name in names:
        one, two = first / name, second / name
        if one.exists() != two.exists() or one.exists() and one.read_bytes() != two.read_bytes():
            yield f"{name} differs: {one} and {two}"
    one, two = (json.loads((run / "environment.json").read_text()) for run in (first, second))
    for field in sorted({*one, *two} - {"host"}):
        if one.get(field) != two.get(field):
            yield f"environment: {field}: {one.get(field)} and {two.get(field)}"


def repeats(context):
    """Two counting runs agree in every value but the host's."""
    cores = 2 if context.quick else 4
    wishes = {"filter": "ipc/*"} if context.quick else {}
    try:
        runs = [bench(context, cores, f"repeat-{number}", **wishes) for number in (1, 2)]
    except Problem as problem:
        return [Case("two runs", FAIL, str(problem))]
    return [check(f"two counting runs on {cores} cores agree", differing(*runs))]


def broken_case(context, how, words):
    command = [ROOT / "scripts/bench", "--no-install", "--no-plots", "--stall-limit", "5"]
    command += ["--output", context.folder / "broken", "--boot-arguments", f"break={how}"]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=BROKEN_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return Case(f"break={how}", FAIL, f"not done after {BROKEN_SECONDS} seconds")
    complaints = [] if done.returncode == 1 else [f"exit status {done.returncode}"]
    complaints += [] if words in done.stderr else [f"'{words}' is not in: {done.stderr}"]
    complaints += [] if "All of its output:" in done.stderr else ["the console is not named"]
    return check(f"break={how}", complaints)


def broken(context):
    """A kernel that is broken on purpose gives a clear error in time."""
    context.build()
    for how, words in BROKEN.items():
        yield broken_case(context, how, words)


GRUB = """set timeout=0
menuentry Rendezvous {{
    multiboot2 /boot/rendezvous.elf {arguments}
    module2 /boot/test.pack
}}
"""


def make_image(context, built, arguments):
    """A bootable CD image with GRUB, the kernel and the test root task."""
    tree = context.folder / "iso"
    (tree / "boot/grub").mkdir(parents=True)
    (tree / "boot/grub/grub.cfg").write_text(GRUB.format(arguments=arguments))
    shutil.copy(built.kernel, tree / "boot")
    shutil.copy(built.module("test"), tree / "boot")
    image = context.folder / "rendezvous.iso"
    done = subprocess.run(["grub-mkrescue", "-o", image, tree], capture_output=True, text=True)
    if done.returncode != 0:
        raise Problem(f"grub-mkrescue failed: {done.stderr}")
    return image


def image(context):
    """The kernel boots from a CD through GRUB (multiboot2, BIOS) as well."""
    if not shutil.which("grub-mkrescue"):
        return [Case("GRUB", SKIP, "grub-mkrescue is not installed")]
    machine, console = Machine(clock=THREADED, cores=2), context.folder / "iso.log"
    try:
        made = make_image(context, context.build(), f"clock={THREADED}")
        command = [*base_command(machine, console), "-cdrom", str(made), "-boot", "d"]
        return log_cases(Run(command, console, LIMITS).go(), "2 cores, from GRUB")
    except Problem as problem:
        return [Case("GRUB", FAIL, str(problem))]


def names_variant(context):
    """Each build says itself which design choices it was made with."""
    for words in context.variants():
        expected = describe(choose(words, read_axes()))
        console = context.folder / "variant.log"
        built = context.build("gcc", *words)
        command = boot_command(Machine(cores=1), built, "test", f"clock={COUNTED}", console)
        try:
            found = read_log(Run(command, console, LIMITS).go()).header["variant"]
            complaints = [] if found == expected else [f"it says {found}"]
        except Problem as problem:
            complaints = [problem]
        yield check(expected, complaints)
