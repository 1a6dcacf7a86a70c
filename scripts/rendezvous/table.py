# The table of a run that a person reads in the terminal.
# SPDX-License-Identifier: BSD-2-Clause

from rich.console import Console
from rich.table import Table

from rendezvous.records import params_text

PLAIN_WIDTH = 120
CLOCKS = {
    "instructions": "Instructions, counted by the emulator, one core active. Not cycles.",
    "instructions-all-cores": "Instructions of all cores together, counted by the emulator. "
    "A path length, never a latency.",
    "emulated-time": "Ticks of emulated time. They say nothing about performance.",
    "cycles": "Ticks of the processor's time-stamp counter.",
}
FIGURES = ("median", "min", "p99", "max", "kernel", "user", "n")


def make_console(file=None):
    """The terminal, or a plain page that is wide enough where there is none."""
    console = Console(file=file, highlight=False)
    return (
        console
        if console.is_terminal
        else Console(file=file, highlight=False, width=PLAIN_WIDTH, no_color=True)
    )


def figure(value):
    return "" if value is None else f"{value:,}"


def by_core(record):
    """Kernel and user instructions of each core on the path."""
    return "  ".join(f"{c['core']}: {c['kernel']:,}+{c['user']:,}" for c in record["cores"])


def clock_table(clock, records):
    """All records of one clock that were measured."""
    spread = any(record["cores"] for record in records)
    table = Table(title=CLOCKS[clock], title_justify="left", title_style="bold")
    for name in ("benchmark", "parameters", "direction"):
        table.add_column(name, no_wrap=name == "benchmark")
    for name in FIGURES:
        table.add_column(name, justify="right", no_wrap=True)
    if spread:
        table.add_column("core: kernel+user", no_wrap=True)
    for record in records:
        table.add_row(
            record["bench"],
            params_text(record["params"]),
            record["direction"],
            *(figure(record[name]) for name in FIGURES),
            *([by_core(record)] if spread else []),
        )
    return table


def notes(records):
    """Lines for what was not measured, what was counted, and why a column is empty."""
    for record in records:
        if record["status"] != "ok":
            what = [record["bench"], params_text(record["params"]), record["direction"]]
            yield f"{record['status']}: {' '.join(filter(None, what))}: {record['reason']}"
    for record in records:
        if record.get("counts"):
            counts = ", ".join(f"{count:,} {name}" for name, count in record["counts"].items())
            yield f"counted: {record['bench']} {params_text(record['params'])}: {counts}"
    reasons = {record["kernel_reason"] for record in records if record["status"] == "ok"}
    for reason in sorted(filter(None, reasons)):
        yield f"kernel, user: empty where {reason}"


def print_run(console, environment, records):
    """The whole of a run: one table a clock, then what is missing and where it was measured."""
    measured = [record for record in records if record["status"] == "ok"]
    for clock in CLOCKS:
        records_of_clock = [record for record in measured if record["clock"] == clock]
        if records_of_clock:
            console.print(clock_table(clock, records_of_clock))
    for note in notes(records):
        console.print(note, markup=False)
    emulator, machine = environment["emulator"], environment["machine"]
    console.print(
        f"{environment['variant']}, {environment['compiler']['name']}, cores: {machine['cores']}, "
        f"{emulator['name']} {emulator['version']} ({emulator['accel']}), user level to user "
        "level; the overhead of the clock is subtracted.",
        markup=False,
    )
