# One run from build to run directory: what scripts/bench and scripts/rdv run do.
# SPDX-License-Identifier: BSD-2-Clause

import contextlib
import io
import re
import time
from dataclasses import dataclass
from pathlib import Path

from rendezvous import axes, progress, records, trace
from rendezvous.build import build, build_name
from rendezvous.environment import commit, environment
from rendezvous.machine import Limits, Machine, Run, boot_command
from rendezvous.problem import Problem
from rendezvous.protocol import key, read_log
from rendezvous.publish import publish_run
from rendezvous.publish.run import load_run
from rendezvous.publish.tables import results_csv
from rendezvous.tracing import ready_tracer
from rendezvous.tree import RESULTS

FILTER = re.compile(r"[a-z0-9_/*?,-]+")


@dataclass(frozen=True)
class Wish:
    """What the person asked for."""

    machine: Machine = Machine()
    limits: Limits = Limits()
    variant: tuple = ()
    compiler: str = "gcc"
    filter: str = ""
    samples: int = 0  # 0: what each benchmark finds right
    repetitions: int = 1
    extra: str = ""  # more boot arguments
    output: Path = RESULTS
    plots: bool = True

    def arguments(self):
        """The boot arguments."""
        if self.filter and not FILTER.fullmatch(self.filter):
            raise Problem(
                f"--filter {self.filter!r} is not a benchmark's name or pattern",
                "For example: ipc/call, or ipc/*; `scripts/rdv list` shows the names.",
            )
        words = [f"clock={self.machine.clock}"]
        words += [f"filter={self.filter}"] if self.filter else []
        words += [f"samples={self.samples}"] if self.samples else []
        return " ".join(words + ([self.extra] if self.extra else []))


@dataclass(frozen=True)
class Boot:
    """What one boot gave: its valid log, and the tracer's part of each record."""

    log: object
    command: list
    traced: list


def numbered(folder, name, boot):
    """console.log, console-2.log, …"""
    path = folder / name
    return path if boot == 0 else path.with_name(f"{path.stem}-{boot + 1}{path.suffix}")


@dataclass(frozen=True)
class Started:
    """What one run of the emulator left: the console's bytes, and where its trace is."""

    command: list
    console: bytes
    trace: Path
    untraced: str  # why there is no trace, or ""


def start(wish, built, folder, number, on_line):
    console = numbered(folder, "console.log", number)
    traced = numbered(folder, "trace.jsonl", number)
    tracer, reason = ready_tracer(wish.machine, built, traced)
    command = boot_command(wish.machine, built, "bench", wish.arguments(), console, tracer)
    return Started(command, Run(command, console, wish.limits, on_line).go(), traced, reason)


def understand(started):
    """The Boot that the emulator's output makes."""
    log = read_log(started.console)
    check_measured(log.records)
    if started.untraced:
        absent = [trace.absent(started.untraced)] * len(log.records)
        return Boot(log, started.command, absent)
    regions = trace.read_trace(started.trace)
    return Boot(log, started.command, [trace.join(record, regions) for record in log.records])


def check_measured(rows):
    """A run in which nothing could be measured is no result."""
    if all(row["status"] == "error" for row in rows):
        reasons = "\n".join(f"  {row['bench']}: {row['reason']}" for row in rows)
        raise Problem(f"Nothing was measured.\n{reasons}")


def pool(boots):
    """The records of several boots as one: counted ones must agree, timed ones put together."""
    first = boots[0].log.records
    rows = [boot.log.records for boot in boots]
    if any([key(r) for r in row] != [key(r) for r in first] for row in rows):
        raise Problem("The boots recorded different benchmarks.")
    return [pool_record(same) for same in zip(*rows)]


def pool_record(same):
    first = same[0]
    if all(record == first for record in same):
        return first
    if first["unit"] == "instructions":
        raise Problem(
            f"{first['bench']} {records.params_text(first['params'])}: the boots differ",
            "Counted instructions must not depend on the boot. This is a bug worth a report.",
        )
    if any(record["status"] != "ok" for record in same):
        return next(record for record in same if record["status"] != "ok")
    return {**first, "samples": [value for record in same for value in record["samples"]]}


def measure(wish, console, quiet=False):
    """Builds, boots and writes the run directory; returns its path and the published files."""
    wish.machine.check()
    arguments = wish.arguments()
    table = axes.read_axes()
    variant = axes.choose(wish.variant, table)
    name = build_name(variant, wish.compiler, table)
    if not quiet:
        console.print(f"Building {name} …", markup=False)
    built = build(variant, wish.compiler, table)
    if not quiet:
        console.print(f"Booting on {wish.machine.cores} cores: {arguments}", markup=False)
    with records.RunFolder(wish.output, records.run_name(commit(), name)) as folder:
        fill(folder.path, wish, built, console, quiet)
    return folder.final, publish(folder.final) if wish.plots else []


def publish(folder):
    """Tables and plots. What is left out of them is a file of theirs, not noise on the terminal."""
    with contextlib.redirect_stdout(io.StringIO()):
        return publish_run(folder)


def fill(folder, wish, built, console, quiet):
    """Everything in the run directory that is measured."""
    began = time.monotonic()
    with progress.show(console, quiet) as on_line:
        boots = [
            understand(start(wish, built, folder, number, on_line))
            for number in range(wish.repetitions)
        ]
    write_run(folder, wish, built, boots, time.monotonic() - began)


def write_run(folder, wish, built, boots, seconds):
    """The files that say what the boots measured, and with what."""
    check_variant(built, boots[0].log.header)
    pooled = zip(pool(boots), boots[0].traced)
    records.write_records(folder, [records.complete(*pair) for pair in pooled])
    made = environment(
        wish.machine, built, boots[0].log.header, boots[0].command, folder, len(boots), seconds
    )
    records.write_json(folder / "environment.json", made)
    (folder / "results.csv").write_text(results_csv(load_run(folder)))


def check_variant(built, header):
    """The kernel must be the one that was asked for."""
    if header["variant"] != axes.describe(built.variant):
        raise Problem(
            f"The kernel says that it is {header['variant']}; "
            f"{axes.describe(built.variant)} was built."
        )
