# From a run directory to what people look at: results.csv, tables, plots and the paper's figures.
# SPDX-License-Identifier: BSD-2-Clause

import sys
from pathlib import Path

from rendezvous.publish import gnuplot, plots, style, tables
from rendezvous.publish.published import load_peers, load_published
from rendezvous.publish.run import load_run


def publish_run(run_dir: Path) -> list[Path]:
    """Writes results.csv, tables/, plots/ and paper/ of a run and returns the files' paths.

    What has no data is left out; the reasons are printed and kept in tables/left-out.txt.
    """
    run = load_run(run_dir)
    published, peers = load_published(), load_peers()
    paths, left_out = _tables(run, published, peers)
    for part in (_plots(run, published, peers), gnuplot.figures(run, published, peers)):
        paths += part[0]
        left_out += part[1]
    paths.append(_left_out(run.folder / "tables" / "left-out.txt", list(dict.fromkeys(left_out))))
    return paths


def _tables(run, published, peers):
    folder = run.folder / "tables"
    folder.mkdir(exist_ok=True)
    one_way, left_out = tables.one_way_sheet(run, published)
    beside, more = tables.peers_sheet(run, peers)
    sheets = {"one-way": one_way, "peers": beside, "records": tables.results_sheet(run)}
    files = {run.folder / "results.csv": tables.results_csv(run)}
    for name, sheet in sheets.items():
        files[folder / f"{name}.txt"] = tables.as_text(sheet)
        files[folder / f"{name}.csv"] = tables.as_csv(sheet)
        files[folder / f"{name}.tex"] = tables.as_latex(sheet)
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    return list(files), left_out + more


def _plots(run, published, peers):
    folder = run.folder / "plots"
    folder.mkdir(exist_ok=True)
    for old in [*folder.glob("*.svg"), *folder.glob("*.png")]:
        old.unlink()  # what is left out this time must not stay from the last
    drawn = {
        "one-way-by-year": plots.published_by_year(run, published),
        "beside-peers": plots.beside_peers(run, peers),
        "message-length": plots.message_sweep(run),
        "switch-interrupt": plots.switch_and_interrupt(run),
        "operations": plots.operations(run),
        "growing-load": plots.sweeps(run),
        "across-cores": plots.across_cores(run),
    }
    paths, left_out = [], []
    for name, (fig, reasons) in drawn.items():
        left_out += reasons
        if fig:
            paths += style.write(fig, folder / name)
    for group, fig in plots.distributions(run):
        paths += style.write(fig, folder / f"samples-{group}")
    return paths, left_out


def _left_out(path, reasons):
    for reason in reasons:
        print(f"left out: {reason}", file=sys.stderr)  # a program may read standard output
    path.write_text("".join(f"{reason}\n" for reason in reasons), encoding="utf-8")
    return path
