# rdv regress: this tree's numbers held against the committed baseline, or against a commit.
# SPDX-License-Identifier: BSD-2-Clause

import json
from collections import Counter
from dataclasses import asdict, dataclass, replace
from fnmatch import fnmatchcase

import click

from rendezvous import baseline, comparable, stored, worktree
from rendezvous.complete import complete_run
from rendezvous.judge import CANNOT_TELL, LESS, MISSING, MORE, SAME, THRESHOLD, judge
from rendezvous.measure import measure
from rendezvous.options import shown, wish_of, with_options
from rendezvous.problem import Problem
from rendezvous.table import make_console
from rendezvous.tree import BUILD

BOOTS_TIMED = 5
NEW = "new"
ACCEPT = 'If it is meant: scripts/rdv regress --accept --reason "why"'

TEACH = """
Measures this tree and holds the numbers against results/baseline/, which is committed.

Counted instructions are exact: any change is shown, with the kernel functions that grew, and
ends with status 1; so does a change for the better, since the next regression could hide behind
it. Accept what is meant. Times are judged by interval, significance and threshold.

\b
Examples:
  scripts/rdv regress                                  against the baseline
  scripts/rdv regress --accept --reason "shorter exit path"
  scripts/rdv regress --against main                   builds both; for any compiler
  scripts/rdv regress --run latest                     a stored run in place of a new one

\b
Exit status: 0 no change; 1 a regression or a change; 2 usage; 3 no baseline, or it failed.
"""


@dataclass(frozen=True)
class Outcome:
    """What came out, against what."""

    against: str
    rows: list
    notes: list
    counted: bool
    advice: str

    def of(self, *verdicts):
        return [row for row in self.rows if row.verdict in verdicts]

    @property
    def failed(self):
        """Counts must not change at all; times must not become longer."""
        fine = (SAME, NEW) if self.counted else (SAME, NEW, LESS, CANNOT_TELL)
        return [row for row in self.rows if row.verdict not in fine]


def is_counted(run):
    return run.environment["clock"] == "instructions"


def wanted(name, patterns):
    return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns.split(","))


def judged(old, new, threshold, patterns=""):
    """Rows of both sides; a benchmark that is only in the new one is no regression."""
    old = [m for m in old if wanted(m.record["bench"], patterns)]
    names = {
        "only in A": (MISSING, "no longer measured"),
        "only in B": (NEW, "not in the baseline"),
    }
    rows = judge(old, new, threshold)
    renamed = {row.reason: names[row.reason] for row in rows if row.verdict == MISSING}
    return [
        replace(row, verdict=renamed[row.reason][0], reason=renamed[row.reason][1])
        if row.verdict == MISSING else row
        for row in rows
    ]  # fmt: skip


def refuse_without(key, folder):
    """There is no baseline: says which there are, and what will do."""
    lines = []
    for found in baseline.read_all(folder):
        names = [n for n in {**key, **found.key} if key.get(n) != found.key.get(n)]
        lines += [f"  {found.path.name}: differs in"]
        lines += [f"    {n}: {found.key.get(n)!r}, here {key.get(n)!r}" for n in names]
    there = "\n".join(lines) or "  (none)"
    said = ", ".join(f"{name} {value}" for name, value in key.items() if value)
    raise Problem(
        f"There is no baseline for {said}.\nThere are:\n{there}",
        "To compare with an earlier commit, both built by the compiler at hand:\n"
        "  scripts/rdv regress --against COMMIT\n"
        'To keep a baseline for this key: scripts/rdv regress --accept --reason "…"',
    )


def against_baseline(run, patterns, threshold, folder):
    """Outcome against the baseline that has the run's key."""
    key = baseline.key_of(run.environment)
    found = baseline.find(key, folder)
    if not found:
        refuse_without(key, folder)
    last = found.accepted[-1]
    now = baseline.made_with(run.environment)
    notes = [f"{name}: the baseline had {found.made_with[name]}, this is {now[name]}"
             for name in now if found.made_with.get(name) != now[name]]  # fmt: skip
    at = (last["commit"] or "no commit")[:10]
    said = f"{found.path.name}, accepted {last['date']} at {at}: {last['reason']}"
    rows = judged(found.measured, run.measured, threshold, patterns)
    return Outcome(said, rows, notes, is_counted(run), ACCEPT)


def against_commit(name, run, wish, console, quiet, threshold):
    """Outcome against another commit, built and measured here and now."""
    commit = worktree.resolve(name)
    folder = worktree.check_out(commit)
    if not quiet:
        console.print(f"Building and measuring {name} in {shown(folder)} …", markup=False)
    output = BUILD / "regress" / commit[:12]
    old = stored.load(worktree.measure_in(folder, replace(wish, output=output)))
    comparable.check(old.environment, run.environment)
    rows = judged(old.measured, run.measured, threshold)
    return Outcome(worktree.subject(commit), rows, [], is_counted(run), "")


def percent(row):
    return f", {row.difference / row.a:+.1%}" if row.a else ""


def describe(row):
    """A changed benchmark in a line, and the functions that changed with it."""
    if row.a is None or row.verdict == MISSING:
        return [f"{row.name}: {row.verdict}: {row.reason}"]
    change = f"{row.a:,} to {row.b:,} {row.unit} ({row.difference:+,}{percent(row)})"
    if row.low is not None:
        change += f", ratio {row.low:.4f} to {row.high:.4f}"
    change += f": {row.reason}" if row.reason else ""
    functions = [f"    {name:32} {a:>6,} to {b:>6,}  ({b - a:+,})"
                 for name, (a, b) in row.functions.items()]  # fmt: skip
    return [f"{row.name}: {change}", *functions]


def grown(rows):
    """Functions that need more instructions than before, with how many benchmarks say so."""
    growth, seen = {}, Counter()
    for row in rows:
        for name, (a, b) in row.functions.items():
            if b > a:
                growth[name] = max(growth.get(name, 0), b - a)
                seen[name] += 1
    return {name: (growth[name], seen[name]) for name in sorted(growth, key=lambda n: -seen[n])}


def show(console, outcome):
    """The changes, the functions that grew, and the verdict."""

    def say(text=""):
        console.print(text, markup=False, soft_wrap=True)

    say(f"Against {outcome.against}")
    for note in outcome.notes:
        say(note)
    for row in outcome.rows:
        if row.verdict not in (SAME, NEW):
            say("\n".join(["", *describe(row)]))
    functions = grown(outcome.of(MORE))
    if functions:
        say("\nFunctions that grew:")
        for name, (most, times) in functions.items():
            say(f"    {name:32} by {most:,} at most, in {times} benchmarks")
    say()
    say(verdict(outcome))


def verdict(outcome):
    """The outcome in a line or two."""
    counts = Counter(row.verdict for row in outcome.rows)
    said = ", ".join(f"{name}: {count}" for name, count in counts.items())
    if not outcome.failed:
        return f"No regression. {said}"
    kind = "REGRESSION" if outcome.of(MORE, MISSING) else "CHANGED"
    return f"{kind}. {said}\n{outcome.advice}".strip()


def as_json(outcome):
    rows = [asdict(row) for row in outcome.rows if row.verdict != SAME]
    return {
        "against": outcome.against,
        "regression": bool(outcome.failed),
        "counts": Counter(row.verdict for row in outcome.rows),
        "grown": {n: {"by": by, "benchmarks": k} for n, (by, k) in grown(outcome.of(MORE)).items()},
        "notes": outcome.notes,
        "changes": rows,
    }


def check_acceptable(run, wish):
    errors = [m.record["bench"] for m in run.measured if m.record["status"] == "error"]
    if errors:
        raise Problem(f"A run with errors cannot be a baseline: {', '.join(errors)}")
    if wish.filter:
        raise Problem("--filter leaves benchmarks out", "A baseline holds all: leave it away.")


def accept(run, wish, reason, folder):
    check_acceptable(run, wish)
    path = baseline.accept(run, reason, folder)
    return f"Accepted as {shown(path)}. Commit it together with what changed the numbers."


def check_usage(accepting, reason, against):
    if accepting and not (reason or "").strip():
        raise click.UsageError('--accept needs --reason "why the numbers changed"')
    if reason and not accepting:
        raise click.UsageError("--reason belongs to --accept")
    if accepting and against:
        raise click.UsageError("--accept rewrites the baseline; --against does not use it")
    if against and not worktree.resolve(against):
        raise click.UsageError(f"--against {against}: there is no such commit")


def the_run(name, wish, console, quiet):
    """The stored run of this name, or a new one."""
    folder = stored.find_run(name) if name else measure(wish, console, quiet)[0]
    return stored.load(folder)


@click.command("regress", help=TEACH)
@click.option("--against", metavar="COMMIT", help="Build and measure this commit as well.")
@click.option("--run", "run_name", metavar="RUN", help="A stored run.", shell_complete=complete_run)
@click.option("--accept", "accepting", is_flag=True, help="Make the numbers the new baseline.")
@click.option("--reason", help="Why; kept in the baseline.")
@click.option("--threshold", type=click.FloatRange(0, 1), default=THRESHOLD, show_default=True,
              help="Times that differ by less count as the same.")  # fmt: skip
@click.option("--baseline", "folder", type=click.Path(path_type=baseline.Path), hidden=True,
              default=baseline.FOLDER)  # fmt: skip
@with_options
def regress_command(against, run_name, accepting, reason, threshold, folder, **options):
    check_usage(accepting, reason, against)
    quiet, console = options["as_json"], make_console()
    wish = replace(wish_of(options, BOOTS_TIMED), plots=False)
    run = the_run(run_name, wish, console, quiet)
    if accepting:
        said = accept(run, wish, reason.strip(), folder)
        click.echo(json.dumps({"accepted": said}) if quiet else said)
        return
    if against:
        outcome = against_commit(against, run, wish, console, quiet, threshold)
    else:
        outcome = against_baseline(run, wish.filter, threshold, folder)
    if quiet:
        click.echo(json.dumps(as_json(outcome), indent=1))
    else:
        show(console, outcome)
    raise SystemExit(1 if outcome.failed else 0)
