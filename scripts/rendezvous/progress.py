# Shows how far a run is: a bar on a terminal, a line for each step elsewhere.
# SPDX-License-Identifier: BSD-2-Clause

import contextlib
import json

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


def progress_of(raw):
    """The progress line in these bytes, or None: a bad line is the reader's to refuse."""
    try:
        value = json.loads(raw)
        if value["rdv"] == "progress":
            return int(value["done"]), int(value["total"]), str(value["name"])
    except (ValueError, KeyError, TypeError):
        pass
    return None


def show_lines(console):
    """Plain lines, for logs."""

    def on_line(raw):
        step = progress_of(raw)
        if step:
            console.print(f"[{step[0]}/{step[1]}] {step[2]}", markup=False, highlight=False)

    return contextlib.nullcontext(on_line)


@contextlib.contextmanager
def show_bar(console):
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[at]}"),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None, at="booting")

        def on_line(raw):
            step = progress_of(raw)
            if step:
                bar.update(task, completed=step[0], total=step[1] or None, at=step[2])

        yield on_line


def show(console, quiet=False):
    """A context manager whose value takes the protocol lines as they come."""
    if quiet:
        return contextlib.nullcontext(lambda raw: None)
    return show_bar(console) if console.is_terminal else show_lines(console)
