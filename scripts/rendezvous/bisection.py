# rdv bisect: git bisect over one benchmark, in a tree of its own below build/.
# SPDX-License-Identifier: BSD-2-Clause

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import click

from rendezvous import baseline, stored, worktree
from rendezvous.complete import complete_benchmark
from rendezvous.judge import CANNOT_TELL, MISSING, SAME, THRESHOLD, judge
from rendezvous.options import wish_of, with_options
from rendezvous.problem import Problem
from rendezvous.records import write_json
from rendezvous.regress import BOOTS_TIMED, describe
from rendezvous.table import make_console
from rendezvous.tree import BUILD, ROOT

TREE, OUTPUT = "bisect", BUILD / "bisect"
GOOD, BAD, SKIP, ABORT = 0, 1, 125, 128  # what git bisect run understands

TEACH = """
Finds the commit that changed the numbers of BENCHMARK, such as ipc/call or 'ipc/*'.

Each commit that git bisect picks is checked out below build/, built there and measured by its
own scripts; your tree is left alone, and what is not committed is not looked at. A commit that
cannot be built is skipped.

\b
Examples:
  scripts/rdv bisect ipc/call                  since the baseline was accepted
  scripts/rdv bisect ipc/call --good v0.1
  scripts/rdv bisect switch/yield --good HEAD~40 --bad HEAD~3 --cores 1

\b
Exit status: 0 found; 2 usage; 3 the numbers are the same at both ends, or it failed.
"""


def changes(old, new):
    """Rows that tell the two apart, and whether any row could not be told."""
    rows = judge(old, new, THRESHOLD)
    unsure = any(row.verdict == CANNOT_TELL for row in rows)
    return [row for row in rows if row.verdict not in (SAME, CANNOT_TELL)], unsure


def measure_at(commit, wish):
    """The benchmark's numbers at this commit, measured once and kept while the search lasts."""
    folder = worktree.check_out(commit, TREE)
    output = replace(wish, output=OUTPUT / commit[:12])
    return stored.load(worktree.measure_in(folder, output)).measured


def default_good():
    """The commit that accepted the baseline: the numbers and what they were accepted for."""
    found = worktree.git_or_refuse("log", "-1", "--format=%H", "--", baseline.FOLDER)
    if not found:
        raise Problem("no commit has a baseline to begin from", "Name one: --good COMMIT")
    return found


def commit_of(name, option):
    found = worktree.resolve(name)
    if not found:
        raise click.UsageError(f"{option} {name}: there is no such commit")
    return found


def step(state):
    """What git bisect run wants to know about the commit that is checked out."""
    reference = stored.load(Path(state["reference"])).measured
    tree = worktree.FOLDER / TREE
    commit = worktree.git_or_refuse("-C", tree, "rev-parse", "HEAD")
    wish = wish_of({**state["options"], "output": OUTPUT / commit[:12]}, BOOTS_TIMED)
    wish = replace(wish, filter=state["benchmark"], plots=False)
    try:
        found = stored.load(worktree.measure_in(tree, wish)).measured
    except Problem as problem:
        click.echo(f"{commit[:12]}: skipped: {problem.message.splitlines()[-1]}", err=True)
        return SKIP
    rows, unsure = changes(reference, found)
    if rows and all(row.verdict == MISSING for row in rows):
        return SKIP
    click.echo(
        f"{commit[:12]}: {'changed' if rows else 'unsure' if unsure else 'as before'}", err=True
    )
    return BAD if rows else SKIP if unsure else GOOD


@click.command("bisect-step", hidden=True)
@click.argument("state", type=click.Path(path_type=Path))
def step_command(state):
    """Called by git bisect run; a failure of ours must end the search, not decide it."""
    try:
        status = step(json.loads(state.read_text()))
    except Exception as error:
        click.echo(f"rdv bisect: {error}", err=True)
        status = ABORT
    raise SystemExit(status)


def search(good, bad, state, quiet):
    """Runs git bisect; gives the first commit with other numbers."""
    tree = worktree.check_out(bad, TREE)
    git = ["git", "-C", str(tree), "-c", "safe.directory=*", "bisect"]
    plain = {"stdin": subprocess.DEVNULL, "capture_output": True, "text": True}
    subprocess.run([*git, "reset"], **plain)
    started = subprocess.run([*git, "start", bad, good], **plain)
    if started.returncode != 0:
        raise Problem(f"git bisect: {started.stderr.strip()}")
    words = [*git, "run", str(ROOT / "scripts/rdv"), "bisect-step", str(state)]
    stderr = subprocess.DEVNULL if quiet else None
    run = subprocess.run(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr, text=True
    )
    found = worktree.git("-C", str(tree), "rev-parse", "--verify", "refs/bisect/bad")
    if run.returncode != 0:
        raise Problem(f"git bisect came to no end:\n{run.stdout[-1500:]}")
    return found


def check_ends(benchmark, good, bad, wish):
    """The numbers at both ends must differ, and be comparable."""
    rows, _ = changes(measure_at(good, wish), measure_at(bad, wish))
    if not rows:
        raise Problem(
            f"{benchmark} has the same numbers at {good[:12]} and {bad[:12]}",
            "There is no change to look for. An older --good, or another benchmark?",
        )


def bisect(benchmark, good, bad, options, quiet):
    """The first commit with other numbers, and the rows by which it differs from its parent."""
    wish = replace(wish_of(options, BOOTS_TIMED), filter=benchmark, plots=False)
    check_ends(benchmark, good, bad, wish)
    reference = (OUTPUT / good[:12] / "latest").resolve()
    plain = {name: value for name, value in options.items() if name != "output"}
    state = OUTPUT / "state.json"
    write_json(state, {"benchmark": benchmark, "reference": str(reference), "options": plain})
    found = search(good, bad, state, quiet)
    rows, _ = changes(measure_at(f"{found}^", wish), measure_at(found, wish))
    return found, rows


@click.command("bisect", help=TEACH)
@click.argument("benchmark", shell_complete=complete_benchmark)
@click.option(
    "--good", metavar="COMMIT", help="Has the old numbers. Default: what accepted the baseline."
)
@click.option("--bad", metavar="COMMIT", default="HEAD", show_default=True, help="Has the new.")
@with_options
def bisect_command(benchmark, good, bad, **options):
    good = commit_of(good or default_good(), "--good")
    bad = commit_of(bad, "--bad")
    quiet, console = options["as_json"], make_console()
    if not quiet:
        console.print(f"From {worktree.subject(good)}\nto   {worktree.subject(bad)}", markup=False)
    found, rows = bisect(benchmark, good, bad, options, quiet)
    changed = [line for row in rows for line in describe(row)]
    if quiet:
        said = {"commit": found, "subject": worktree.subject(found), "changes": changed}
        click.echo(json.dumps(said, indent=1))
    else:
        lines = [f"\nThe numbers changed with {worktree.subject(found)}", *changed]
        console.print("\n".join(lines), markup=False, soft_wrap=True)
