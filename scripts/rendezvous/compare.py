# rdv compare: two or more sides measured in turns, and what can be said about their difference.
# SPDX-License-Identifier: BSD-2-Clause

import json
from dataclasses import asdict, dataclass, replace

import click

from rendezvous import compare_view, comparable, stored
from rendezvous.axes import read_axes
from rendezvous.complete import complete_side
from rendezvous.environment import commit
from rendezvous.judge import CANNOT_SHOW, SAME, THRESHOLD, judge
from rendezvous.options import shown, wish_of, with_options
from rendezvous.problem import Problem
from rendezvous.records import run_name, unused
from rendezvous.sides import KINDS, Stored, measure_sides, parse
from rendezvous.table import make_console

BOOTS_TIMED = 5
MOST_SIDES = 8
FAST_PATH_OFF = "fastpath=off"

TEACH = f"""
Measures two or more SIDES in turns and says how they differ; each is held against the first.

\b
{KINDS}

\b
Examples:
  scripts/rdv compare benno lazy                      two variants
  scripts/rdv compare default queue=lazy --cores 2
  scripts/rdv compare main HEAD --filter 'ipc/*'      two commits
  scripts/rdv compare latest RUN                      two stored runs

Counted instructions are exact: one more is one more. Times need an interval, significance and
size, or the verdict is "cannot tell" (docs/statistics.md). Sides that differ in anything but
what is compared are refused.

\b
Exit status: 0 compared; 1 with --exit-code, something differs; 2 usage; 3 refused or failed.
"""


@dataclass(frozen=True)
class Comparison:
    """A side held against the first one."""

    a: str
    b: str
    clock: str
    differs: list  # fields of the environments
    rows: list
    off_rows: list  # the same with the fast path off on both sides, where one side leaves it
    notes: list
    footer: str
    threshold: float


def choices(environment, table):
    """The choice on every axis; one that a commit does not have yet is at its default."""
    said = dict(word.split("=") for word in environment["variant"].split(","))
    return {axis.name: said.get(axis.name, axis.default) for axis in table}


def differing_axes(one, two):
    """Axes on which the sides differ, each with both choices."""
    table = read_axes()
    a, b = choices(one, table), choices(two, table)
    return [(x, {a[x.name], b[x.name]}) for x in table if a[x.name] != b[x.name]]


def hide(row, axes):
    """The row, without any figure from which a direction could be read, if its clock sees none."""
    hidden = [axis.name for axis, _ in axes if row.clock not in axis.shown_by]
    if not hidden:
        return row
    names = ("bench", "params", "direction", "clock", "unit")
    plain = {name: getattr(row, name) for name in names}
    reason = f"the clock {row.clock} does not see what {', '.join(hidden)} costs"
    return type(row)(**plain, verdict=CANNOT_SHOW, reason=reason)


def leaves_fast_path(one, two):
    return any(choices & set(axis.leaves_fast_path) for axis, choices in differing_axes(one, two))


def compare_runs(names, a, b, across, threshold):
    """Runs of two sides, judged."""
    one, two = a[0].environment, b[0].environment
    differs = comparable.check(one, two, across)
    rows = judge(stored.together(a), stored.together(b), threshold)
    rows = [hide(row, differing_axes(one, two)) for row in rows]
    reasons = dict.fromkeys(row.reason for row in rows if row.verdict == CANNOT_SHOW)
    notes = [f"Cannot show here: {reason}." for reason in reasons]
    if one["clock"] == "emulated-time":
        notes.append("Emulated time says nothing about performance; it is not plotted.")
    dirty = [name for name, env in zip(names, (one, two)) if env["dirty"]]
    if dirty:
        notes.append(f"Measured with changes that are in no commit: {', '.join(dirty)}")
    if not differs:
        notes.append("Both sides have the same environment.")
    footer = compare_view.footer(one, differs)
    return Comparison(*names, one["clock"], differs, rows, [], notes, footer, threshold)


def pair_fast_path_off(pair, comparison, runs, wish, console, quiet):
    """Adds both sides with the fast path off where one of them leaves it by its choice."""
    if not leaves_fast_path(runs[0][0].environment, runs[1][0].environment):
        return comparison
    if any(isinstance(side, Stored) for side in pair) or FAST_PATH_OFF in wish.extra:
        note = "One side leaves the fast path: compare the variants, not stored runs, to see both "
        return replace(comparison, notes=[*comparison.notes, note + "sides without it."])
    off = replace(wish, extra=f"{wish.extra} {FAST_PATH_OFF}".strip(), output=wish.output / "off")
    a, b = measure_sides(pair, off, console, quiet)
    rows = judge(stored.together(a), stored.together(b), comparison.threshold)
    note = "One side leaves the fast path by its choice: `off` is both sides without it."
    return replace(comparison, off_rows=rows, notes=[*comparison.notes, note])


def compare(words, wish, across, threshold, console, quiet):
    """Comparisons of every further side with the first."""
    sides = [parse(word) for word in words]
    runs = measure_sides(sides, wish, console, quiet)
    found = []
    for side, its_runs in zip(sides[1:], runs[1:]):
        names = sides[0].name, side.name
        comparison = compare_runs(names, runs[0], its_runs, across, threshold)
        pair, both = [sides[0], side], (runs[0], its_runs)
        found.append(pair_fast_path_off(pair, comparison, both, wish, console, quiet))
    return found


def check_sides(words):
    if not 2 <= len(words) <= MOST_SIDES:
        raise click.UsageError(
            f"a comparison has 2 to {MOST_SIDES} sides, not {len(words)}.\n{KINDS}"
        )
    for word in words:
        try:
            parse(word)
        except Problem as problem:
            raise click.UsageError(str(problem)) from problem


@click.command("compare", help=TEACH)
@click.argument("sides", nargs=-1, shell_complete=complete_side)
@click.option("--threshold", type=click.FloatRange(0, 1), default=THRESHOLD, show_default=True,
              help="Times that differ by less count as the same.")  # fmt: skip
@click.option("--across", multiple=True, metavar="FIELD", help="A field that is meant to differ.")
@click.option("--exit-code", is_flag=True, help="End with 1 if anything differs.")
@with_options
def compare_command(sides, threshold, across, exit_code, **options):
    check_sides(sides)
    quiet, console = options["as_json"], make_console()
    wish = wish_of(options, BOOTS_TIMED)
    folder = unused(wish.output / run_name(commit(), "compare"))
    wish = replace(wish, output=folder)
    found = compare(sides, wish, across, threshold, console, quiet)
    paths = compare_view.write(folder, found, plots=not options["no_plots"])
    if quiet:
        click.echo(json.dumps([asdict(c) for c in found], indent=1))
    else:
        compare_view.show(console, found)
        console.print("\nLook at:", *(f"  {shown(path)}" for path in paths), sep="\n", markup=False)
    different = any(row.verdict != SAME for c in found for row in c.rows)
    raise SystemExit(1 if exit_code and different else 0)
