# The paper's figures: data files and gnuplot scripts from templates in gnuplot/, and their PDFs.
# SPDX-License-Identifier: BSD-2-Clause

import math
import os
import re
import shutil
import subprocess
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from rendezvous.problem import Problem
from rendezvous.publish.compare import kernel_bars, one_way, round_trip_bars
from rendezvous.publish.labels import apart, goes_left
from rendezvous.publish.run import params_text
from rendezvous.publish.tables import number

TEMPLATES = Path(__file__).resolve().parent / "gnuplot"
TIME_LIMIT = 60  # seconds for a figure; one takes a tenth of a second
COLOURS = {"ipc/call": "#0072b2", "ipc/reply": "#009e73", "ipc/roundtrip": "#cc79a7"}
PLACES = {"different": "other", "same": "same"}
LABEL_RATIO = 1.17  # how far apart labels stand on the logarithmic axis


def figures(run, published, peers):
    """Writes paper/*.dat, *.gp and *.pdf: ([paths], [what is left out])."""
    folder = run.folder / "paper"
    folder.mkdir(exist_ok=True)
    paths, left_out = [], []
    for name, data, values in (
        _one_way(run, published),
        _peers(run, peers),
        _length(run),
    ):
        if not data:
            left_out.append(f"paper/{name}.pdf: {values['why']}")
            continue
        for suffix, text in data.items():
            paths.append(folder / f"{name}{suffix}.dat")
            paths[-1].write_text(f"# {run.footer}\n{text}", encoding="utf-8")
        paths.append(folder / f"{name}.gp")
        paths[-1].write_text(_render(name, footer=run.footer, **values), encoding="utf-8")
        if not shutil.which("gnuplot"):
            left_out.append(f"paper/{name}.pdf: gnuplot is missing: apt-get install gnuplot-nox")
            continue
        paths.append(_run_gnuplot(folder, name))
    return paths, left_out


def _render(name, **values):
    loader = FileSystemLoader(TEMPLATES)
    # The scripts are gnuplot's, not a page's: there is nothing to escape for.
    environment = Environment(loader=loader, undefined=StrictUndefined, trim_blocks=True)
    return environment.get_template(f"{name}.gp").render(**values)


def _run_gnuplot(folder, name):
    """Runs name.gp in `folder`. The same data give the same PDF: its date is made a fixed one."""
    script = f"{name}.gp"
    settings = {**os.environ, "TZ": "UTC"}
    try:
        done = subprocess.run(
            ["gnuplot", script], cwd=folder, env=settings, timeout=TIME_LIMIT, text=True,
            stdin=subprocess.DEVNULL, capture_output=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Problem(f"{folder / script}: gnuplot did not end in {TIME_LIMIT} s") from error
    if done.returncode or done.stderr:
        raise Problem(f"{folder / script}: gnuplot: {done.stderr.strip()}")
    path = folder / f"{name}.pdf"
    # Of the same length, as the offsets in the file must stay right.
    path.write_bytes(re.sub(rb"\(D:\d{14}", b"(D:20000101000000", path.read_bytes()))
    return path


def _one_way(run, published):
    """(a) Published one-way IPC by year, ours in its own panel."""
    rows = sorted(
        (r for r in published if r.series == "retrospective"), key=lambda r: (r.year, r.cycles)
    )
    points = [(row.year, row.cycles) for row in rows]
    lines = []
    for year in sorted({row.year for row in rows}):
        column = [row for row in rows if row.year == year]
        places = apart([math.log(row.cycles) for row in column], math.log(LABEL_RATIO))
        for row, place in zip(column, places):
            side = "left" if goes_left(row.year, row.cycles, points) else "right"
            name = f"{row.system.removeprefix('L4Ka::')}, {row.cpu.partition(' (')[0]}"
            figures_ = f"{row.year} {number(row.cycles)} {row.confidence}"
            lines.append(f'{figures_} {math.exp(place):.1f} {side} "{name}"')
    pairs = [one_way(run, space) for space in ("different", "same")]
    ours = [
        f'{x} {number(item.mean)} {number(item.call)} {number(item.reply)} "{PLACES[item.space]}"'
        for x, item in enumerate(found for found, _ in pairs if found)
    ]
    values = {"ours": bool(ours), "unit": "", "scope": "", "who": run.name}
    for found, _ in pairs:
        if found:
            values |= {"unit": found.unit, "scope": found.scope}
    data = {"": "# year cycles confidence label_at side label\n" + "\n".join(lines) + "\n"}
    if ours:
        data["-ours"] = "# x mean call reply space\n" + "\n".join(ours) + "\n"
    return "one-way", data, values


def _peers(run, peers):
    """(b) Ours beside the peers in instructions, short messages to another address space."""
    inside, _ = kernel_bars(run, peers)
    trips, _ = round_trip_bars(run, peers)
    trips = [bar for bar in trips if bar.group == "up to 10 words, other address space"]
    if not any(bar.ours for bar in inside + trips):
        return "peers", {}, {"why": "no figure of ours in instructions"}
    data = {"-kernel": _bar_lines(inside), "-trip": _bar_lines(trips)}
    values = {"kernel_rows": len(inside), "trip_rows": len(trips)}
    values["trip_range"] = f"{0.8 * min(b.total for b in trips):g}:"
    values["trip_range"] += f"{2.5 * max(b.total for b in trips):g}"
    return "peers", data, values


def _bar_lines(bars):
    lines = ["# y first second ours label"]
    for y, bar in enumerate(sorted(bars, key=lambda b: (b.group, b.total))):
        parts = [*bar.parts, 0][:2]
        label = f"{bar.who}: {bar.configuration}, {bar.message}"
        figures_ = " ".join(number(part) for part in parts)
        lines.append(f'{y} {figures_} {int(bar.ours)} "{label}"')
    return "\n".join(lines) + "\n"


def _length(run):
    """(c) Message length: one block a line of the plot."""
    lines = {}
    for bench in ("ipc/call", "ipc/reply", "ipc/roundtrip"):
        for record in run.select(bench):
            if record.performance and "words" in record.params:
                rest = {k: v for k, v in record.params.items() if k != "words"}
                key = (record.clock, bench, params_text(rest))
                lines.setdefault(key, []).append((record.params["words"], record.median))
    clocks = {key[0] for key in lines}
    if len(clocks) != 1:
        why = f"several clocks: {', '.join(sorted(clocks))}" if clocks else "no ipc/* to plot"
        return "length", {}, {"why": why}
    blocks, looks = [], []
    for (_, bench, rest), points in lines.items():
        body = "\n".join(f"{words} {number(value)}" for words, value in sorted(points))
        blocks.append(f"# {bench}, {rest}\n{body}\n")
        shape = 4 if "server" in rest else 6  # square or round; the filled one is the next
        dash = f"dt 2 pt {shape}" if rest.startswith("same") else f"dt 1 pt {shape + 1}"
        looks.append((f"{bench}, {rest}", COLOURS[bench], dash))
    unit = "cycles" if clocks == {"cycles"} else "instructions"
    return "length", {"": "\n\n".join(blocks)}, {"looks": looks, "unit": unit}
