# The command line: scripts/bench, and scripts/rdv with its subcommands.
# SPDX-License-Identifier: BSD-2-Clause

import json
import os
from pathlib import Path

import click

from rendezvous.lab import add_commands
from rendezvous.measure import measure
from rendezvous.options import FOLDER, WIDTH, shown, start, wish_of, with_options
from rendezvous.problem import Problem
from rendezvous.records import read_run
from rendezvous.root import measure_root
from rendezvous.table import make_console, print_run

TEACH = """
Builds the kernel, boots it in an emulated machine, measures, and writes tables and plots.

The first run installs what is missing (it says what and why). The numbers are instructions,
counted exactly by the emulator; they are not cycles. A run on 4 cores takes a minute or two.

\b
Examples:
  scripts/bench                         the default set, on 4 cores
  scripts/bench --filter 'ipc/*'        only the benchmarks whose names match
  scripts/bench --variant queue=lazy    another design choice (see: scripts/rdv list axes)
  scripts/bench --cores 1               no other core exists; cross/* is skipped
  scripts/bench --compiler clang        the same source through the other compiler
  scripts/bench --accel kvm             cycles of this processor; not yet run on hardware
  scripts/bench --clock emulated-time   several threads of emulation; exercises, no performance

\b
Then look at:
  results/latest/plots/                 pictures, as SVG and PNG
  results/latest/tables/                tables, as text, CSV and LaTeX
  results/latest/results.csv            one row a measurement
  results/latest/records.jsonl          every sample
  results/latest/environment.json       what it was measured with
"""


def run_bench(options, root=None):
    console = make_console()
    as_json = options["as_json"]
    if root:
        folder, published = measure_root(root, wish_of(options), console, quiet=as_json)
    else:
        folder, published = measure(wish_of(options), console, quiet=as_json)
    environment, records = read_run(folder)
    if as_json:
        for record in records:
            click.echo(json.dumps(record, separators=(",", ":")))
    else:
        print_run(console, environment, records)
        print_files(console, folder, published)
    failed = {
        record["bench"]: record["reason"] for record in records if record["status"] == "error"
    }
    if failed:
        lines = "\n".join(f"  {name}: {reason}" for name, reason in failed.items())
        raise Problem(f"These benchmarks ended in an error:\n{lines}")


def print_files(console, folder, published):
    """Names what to look at, pictures first."""
    console.print("\nLook at:", markup=False)
    files = [path for path in published if Path(path).suffix in (".png", ".txt", ".html")]
    files += [folder / name for name in ("results.csv", "records.jsonl", "environment.json")]
    for path in files:
        console.print(f"  {shown(Path(path))}", markup=False, soft_wrap=True)


@click.command(help=TEACH, context_settings=WIDTH)
@with_options
def bench_command(**options):
    run_bench(options)


@click.group(context_settings=WIDTH)
@click.option("--no-install", is_flag=True, help="Only check what is missing.")
def rdv_command(no_install):
    """Measures design choices of an L4 microkernel, compares them, and guards the numbers.

    \b
    Exit status of every command:
      0  done; nothing differs where that was asked
      1  a regression, or a difference where one was asked for
      2  the command line is wrong
      3  refused, or it could not be done: the message says why

    \b
    To complete commands, variants and runs with the tabulator key, in bash:
      eval "$(_RDV_COMPLETE=bash_source scripts/rdv)"
    (zsh_source for zsh; for fish: _RDV_COMPLETE=fish_source scripts/rdv | source)
    """


add_commands(rdv_command)


@rdv_command.command("run", help=TEACH.replace("scripts/bench ", "scripts/rdv run "))
@click.option(
    "--root", type=FOLDER, metavar="FILE", help="Another root task: examples/root-task/README.md."
)
@with_options
def run_command(root, **options):
    run_bench(options, root)


def bench():
    return start(bench_command, prog_name="scripts/bench")


def rdv():
    # The shell completes a command by the last part of its path.
    completing = "_RDV_COMPLETE" in os.environ
    name = "rdv" if completing else "scripts/rdv"
    return start(rdv_command, prog_name=name, complete_var="_RDV_COMPLETE")
