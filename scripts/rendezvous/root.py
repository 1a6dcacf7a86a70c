# rdv run --root: boots a root task that someone else built, and takes what it prints.
# SPDX-License-Identifier: BSD-2-Clause

import struct
import time
from dataclasses import dataclass
from pathlib import Path

import click

from rendezvous import axes, measure, progress, records
from rendezvous.build import Build, build, build_name
from rendezvous.environment import commit
from rendezvous.pack import MAGIC, pack_file
from rendezvous.problem import Problem
from rendezvous.protocol import PREFIX, read_log

ELF, PACKED = b"\x7fELF", struct.pack("<Q", MAGIC)[:4]


@dataclass(frozen=True)
class Rooted(Build):
    """A build whose root task is a file from elsewhere."""

    packed: Path

    def module(self, root):
        return self.packed


def with_root(built, file):
    """The build with this root task, an ELF file or one that is packed already."""
    try:
        beginning = file.read_bytes()[: len(ELF)]
    except OSError as error:
        raise Problem(
            f"{file}: {error.strerror}", "--root takes an ELF file, or a packed root task."
        ) from error
    packed = file
    if beginning not in (ELF, PACKED):
        raise Problem(
            f"{file} is no root task", "--root takes an ELF file, or what scripts/pack made."
        )
    if beginning == ELF:
        packed = built.folder / f"root-{file.stem}.pack"
        pack_file(file, packed)
    return Rooted(built.folder, built.variant, built.compiler, packed.absolute())


class NothingMeasured(Exception):
    """The root task ran to its end without records; `text` is what it printed."""

    def __init__(self, text, failed):
        super().__init__(text)
        self.text = text
        self.failed = failed


def plain_text(console):
    return console.decode(errors="replace").replace("\r", "")


def test_text(tests):
    """The outcome of a root task of tests, a line each."""
    return "\n".join(
        f"{test['status']:4} {test['name']} {test['reason']}".rstrip() for test in tests
    )


def check_kind(console):
    """Goes on for a root task that measures; NothingMeasured for one that tests or only prints."""
    if not any(line.startswith(PREFIX) for line in console.splitlines()):
        raise NothingMeasured(plain_text(console), failed=False)
    log = read_log(console)
    if log.header["root"] == "test":
        failed = any(test["status"] == "fail" for test in log.tests)
        raise NothingMeasured(test_text(log.tests), failed)


def boot(folder, wish, built, console, quiet):
    """Boots, checks and writes what was measured."""
    began = time.monotonic()
    boots = []
    with progress.show(console, quiet) as on_line:
        for number in range(wish.repetitions):
            started = measure.start(wish, built, folder, number, on_line)
            check_kind(started.console)
            boots.append(measure.understand(started))
    measure.write_run(folder, wish, built, boots, time.monotonic() - began)


def measure_root(file, wish, console, quiet=False):
    """As measure() with the root task in this file, without plots, which know our benchmarks.

    One that has no records is shown, and that is all.
    """
    wish.machine.check()
    table = axes.read_axes()
    variant = axes.choose(wish.variant, table)
    built = with_root(build(variant, wish.compiler, table, ["rendezvous.elf"]), file)
    name = "-".join([build_name(variant, wish.compiler, table), file.stem])
    try:
        with records.RunFolder(wish.output, records.run_name(commit(), name)) as folder:
            boot(folder.path, wish, built, console, quiet)
    except NothingMeasured as nothing:
        click.echo(nothing.text)
        raise SystemExit(1 if nothing.failed else 0) from None
    return folder.final, []
