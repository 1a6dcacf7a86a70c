# rdv list, show and plot: what there is, and what was measured before.
# SPDX-License-Identifier: BSD-2-Clause

import json
from dataclasses import asdict
from pathlib import Path

import click

from rendezvous import stored
from rendezvous.axes import read_axes
from rendezvous.complete import complete_run
from rendezvous.measure import publish
from rendezvous.options import shown
from rendezvous.records import read_run
from rendezvous.table import make_console, print_run
from rendezvous.tree import RESULTS

JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON only.")


def axes():
    return [asdict(axis) for axis in read_axes()]


def runs():
    folders = sorted(path.parent for path in RESULTS.glob("*/records.jsonl"))
    return [str(shown(folder)) for folder in folders if not folder.is_symlink()]


def benchmarks():
    """Known from the last run: the guest has the only list."""
    latest = RESULTS / "latest"
    records = read_run(latest)[1] if latest.exists() else []
    return list(dict.fromkeys(record["bench"] for record in records))


def axis_text(axis):
    return (
        f"{axis['name']} = {' | '.join(axis['choices'])} (default {axis['default']})\n"
        f"    {axis['lesson']}\n    seen in: {', '.join(axis['benchmarks'])}"
    )


LISTS = {"benchmarks": benchmarks, "axes": axes, "runs": runs}


@click.command("list")
@click.argument("what", type=click.Choice(list(LISTS)), required=False)
@JSON
def list_command(what, as_json):
    """Lists benchmarks, axes of design, or runs; all of them by default."""
    found = {name: LISTS[name]() for name in ([what] if what else LISTS)}
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    console = make_console()
    for name, items in found.items():
        if not what:
            console.print(f"{name}:")
        for item in items:
            console.print(axis_text(item) if name == "axes" else item, markup=False)
        if not items:
            console.print("None yet; scripts/bench makes the first run.")


@click.command("show")
@click.argument("run", default="latest", shell_complete=complete_run)
@JSON
def show_command(run, as_json):
    """Prints the table of RUN: a folder, its name in results/, or latest (the default)."""
    found = stored.load(stored.find_run(run))
    records = [measured.record for measured in found.measured]
    if as_json:
        click.echo(json.dumps({"environment": found.environment, "records": records}))
    else:
        print_run(make_console(), found.environment, records)


@click.command("plot")
@click.argument("run", default="latest", shell_complete=complete_run)
@JSON
def plot_command(run, as_json):
    """Makes the plots and tables of RUN again."""
    folder = stored.load(stored.find_run(run)).folder
    paths = [str(shown(Path(path))) for path in publish(folder)]
    click.echo(json.dumps(paths, indent=1) if as_json else "\n".join(paths))
