# A comparison as a table in the terminal, as CSV and JSON, and as a plot of ratios.
# SPDX-License-Identifier: BSD-2-Clause

import csv
import json
from dataclasses import asdict

from rich.table import Table

from rendezvous.judge import CANNOT_SHOW, DIFFERS, LESS, MISSING, MORE
from rendezvous.records import params_text
from rendezvous.table import CLOCKS, figure, make_console

WORDS = {
    "instructions": {LESS: "fewer", MORE: "more"},
    "ticks": {LESS: "shorter", MORE: "longer"},
    "cycles": {LESS: "faster", MORE: "slower"},
}
COLOURS = {LESS: "green", MORE: "red", DIFFERS: "yellow", MISSING: "yellow"}
PAGE_WIDTH = 170  # where no terminal says how wide it is
NO_PLOT = "emulated-time"


def footer(environment, differs):
    """What both sides have in common, in a line."""
    emulator, compiler = environment["emulator"], environment["compiler"]
    parts = [f"clock {environment['clock']}", f"cores: {environment['machine']['cores']}"]
    parts += [f"{emulator['name']} {emulator['version']} ({emulator['accel']})"]
    parts += [] if "compiler.version" in differs else [compiler["version"]]
    parts += [] if "variant" in differs else [environment["variant"]]
    return "; ".join(parts)


def verdict(row):
    return WORDS[row.unit].get(row.verdict, row.verdict)


def ratio(row):
    return "" if row.ratio is None else f"{row.ratio:.4f}"


def bounds(row):
    return "" if row.low is None else f"{row.low:.4f} to {row.high:.4f}"


def effect(row):
    return "" if row.delta is None else f"{row.delta:+.2f}"


def significance(row):
    return "" if row.p is None else f"{row.p:.2g}"


def unusual(row):
    """Outliers of both sides, kept in all figures."""
    if row.outliers_a is None:
        return ""
    return ", ".join(f"{o['mild']}+{o['severe']}" for o in (row.outliers_a, row.outliers_b))


SIDES = {"A": lambda r: figure(r.a), "B": lambda r: figure(r.b), "B/A": ratio}
TIMED = {
    "99 % interval": bounds,
    "delta": effect,
    "p": significance,
    "outliers": unusual,
}


def table_of(comparison, clock, rows):
    """Rows of one clock."""
    timed = any(row.p is not None for row in rows)
    columns = {**SIDES, **(TIMED if timed else {})}
    off = {(r.bench, str(r.params), r.direction): r for r in comparison.off_rows}
    table = Table(title=CLOCKS[clock], title_justify="left", title_style="bold")
    for name in ("benchmark", "parameters", "direction"):
        table.add_column(name, no_wrap=name == "benchmark", overflow="fold")
    for name in [*columns, *(f"{name}, off" for name in (SIDES if off else ()))]:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("verdict on B")
    for row in rows:
        other = off.get((row.bench, str(row.params), row.direction))
        beside = [show(other) if other else "" for show in SIDES.values()] if off else []
        cells = [row.bench, params_text(row.params), row.direction]
        cells += [show(row) for show in columns.values()] + beside
        table.add_row(*cells, told(row), style=COLOURS.get(row.verdict))
    return table


def told(row):
    """The verdict with its reason; that a clock cannot show something is said once, below."""
    if row.verdict == CANNOT_SHOW:
        return row.verdict
    return f"{verdict(row)}: {row.reason}" if row.reason else verdict(row)


def counts(comparison):
    """How many benchmarks have which verdict."""
    found = {}
    for row in comparison.rows:
        found[verdict(row)] = found.get(verdict(row), 0) + 1
    return ", ".join(f"{name}: {number}" for name, number in found.items())


def show(console, comparisons):
    if not console.is_terminal:
        console.width = PAGE_WIDTH
    for comparison in comparisons:
        console.print(f"\nA = {comparison.a}\nB = {comparison.b}", markup=False)
        for clock in CLOCKS:
            rows = [row for row in comparison.rows if row.clock == clock]
            if rows:
                console.print(table_of(comparison, clock, rows))
        for line in [*comparison.notes, comparison.footer, counts(comparison)]:
            console.print(line, markup=False)


def flat(comparison, row, fast_path):
    """A row as one line of CSV: parameters and functions as text."""
    record = {"a_name": comparison.a, "b_name": comparison.b, "fast_path": fast_path, **asdict(row)}
    changed = [f"{name} {a}>{b}" for name, (a, b) in row.functions.items()]
    record |= {"params": params_text(row.params), "functions": " ".join(changed)}
    for name in ("outliers_a", "outliers_b"):
        record |= {f"{name}_{kind}": (record[name] or {}).get(kind) for kind in ("mild", "severe")}
        record.pop(name)
    return record


def write_csv(path, comparisons):
    rows = [flat(c, row, "as built") for c in comparisons for row in c.rows]
    rows += [flat(c, row, "off") for c in comparisons for row in c.off_rows]
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write(folder, comparisons, plots):
    """comparison.json, .csv, .txt, and the plots; gives their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [folder / f"comparison.{kind}" for kind in ("txt", "csv", "json")]
    with open(names[0], "w") as file:
        show(make_console(file), comparisons)
    write_csv(names[1], comparisons)
    names[2].write_text(json.dumps([asdict(c) for c in comparisons], indent=1) + "\n")
    for number, comparison in enumerate(comparisons, 1):
        drawable = [r for r in comparison.rows if r.ratio is not None and r.clock != NO_PLOT]
        if plots and drawable:
            from rendezvous.compare_plot import draw  # matplotlib takes a second to load

            names += draw(folder / f"ratios-{number}", comparison, drawable)
    return names
