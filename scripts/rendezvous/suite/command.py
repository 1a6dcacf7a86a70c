# scripts/test: runs the parts, shows each with its time, and counts.
# SPDX-License-Identifier: BSD-2-Clause

import os
import re
import tempfile
import textwrap
import time
import traceback
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import click

from rendezvous.options import start
from rendezvous.problem import Problem
from rendezvous.suite import code, fresh, guest, regression, style
from rendezvous.suite.case import FAIL, PASS, SKIP, Case
from rendezvous.suite.context import Context

SHOWN = 2000  # characters of a long reason, from its beginning and from its end


@dataclass(frozen=True)
class Part:
    """A part of the suite; `when` is quick, full or fresh."""

    name: str
    when: str
    run: object

    @property
    def about(self):
        return self.run.__doc__.splitlines()[0]


PARTS = [
    Part("format", "quick", style.formats),
    Part("rules", "quick", style.rules),
    Part("scripts", "quick", code.scripts),
    Part("hosted", "quick", code.hosted),
    Part("models", "full", code.models),
    Part("guest", "quick", guest.tests),
    Part("broken", "quick", guest.broken),
    Part("builds", "full", code.builds),
    Part("analysis", "full", code.analysis),
    Part("variants", "full", guest.names_variant),
    Part("pairs", "full", guest.pairs),
    Part("benchmarks", "full", guest.benchmarks),
    Part("repeats", "full", guest.repeats),
    Part("regress", "full", regression.regress),
    Part("image", "full", guest.image),
    Part("fresh", "fresh", fresh.fresh),
]

# Skips that are right, by part and reason. Every other skip counts as a failure when the
# environment says CI=true. (A test that no machine had enough cores for fails in its part.)
FEW_CORES = re.compile(r"needs \d+ cores; this machine has \d+$")
EXPECTED_SKIPS = {"guest": FEW_CORES, "image": FEW_CORES}

TEACH = """
Runs the whole test suite. It installs what is missing (it says what and why), shows each part
with its time, and ends with the numbers on a line by itself.

\b
Examples:
  scripts/test                  everything, a few minutes
  scripts/test --quick          what every change should pass, under 90 seconds
  scripts/test --only guest     one part; --list names them
  scripts/test --fresh          also both commands in a fresh Debian root (needs root)
"""


def chosen(quick, fresh, only):
    """The parts to run."""
    names = [part.name for part in PARTS]
    for name in only:
        if name not in names:
            raise Problem(f"there is no part '{name}'", f"The parts are: {', '.join(names)}")
    if only:
        return [part for part in PARTS if part.name in only]
    kinds = {"quick"} | (set() if quick else {"full"}) | ({"fresh"} if fresh else set())
    return [part for part in PARTS if part.when in kinds]


def judged(part, case, strict):
    """Under CI a skip that nobody expects is a failure."""
    expected = EXPECTED_SKIPS.get(part.name)
    if case.status == SKIP and strict and not (expected and expected.search(case.reason)):
        return Case(case.name, FAIL, f"skipped, which is not expected here: {case.reason}")
    return case


def cases_of(part, context):
    """All cases of a part; an exception is one failed case."""
    try:
        yield from part.run(context)
    except Problem as problem:
        yield Case(part.name, FAIL, str(problem))
    except Exception:  # a bug of the suite must not hide what the other parts find
        yield Case(part.name, FAIL, traceback.format_exc())


def counted(counts):
    skipped = f", {counts[SKIP]} skipped" if counts[SKIP] else ""
    return f"{counts[PASS]} passed, {counts[FAIL]} failed{skipped}"


def shortened(text):
    return text if len(text) <= 2 * SHOWN else f"{text[:SHOWN]}\n[…]\n{text[-SHOWN:]}"


def run_part(part, context, strict):
    """Runs one part and shows it; returns the numbers."""
    start = time.monotonic()
    cases = [judged(part, case, strict) for case in cases_of(part, context)]
    counts = Counter(case.status for case in cases)
    seconds = time.monotonic() - start
    click.echo(f"{part.name:11} {seconds:6.1f} s  {counted(counts)}")
    for case in cases:
        if case.status != PASS:
            click.echo(f"  {case.status.upper()} {case.name}")
            click.echo(textwrap.indent(shortened(case.reason), " " * 6))
    return counts


def list_parts():
    for part in PARTS:
        click.echo(f"{part.name:11} {part.when:6} {part.about}")


@click.command(help=TEACH, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--quick", is_flag=True, help="Only the quick parts.")
@click.option("--long", is_flag=True, help="Also what takes long: more cores.")
@click.option("--fresh", is_flag=True, help="Also both commands in a fresh Debian root.")
@click.option("--only", multiple=True, metavar="PART", help="Only this part; may be repeated.")
@click.option("--list", "listing", is_flag=True, help="Name the parts and end.")
@click.option("--no-install", is_flag=True, help="Only check what is missing.")
def suite(quick, long, fresh, only, listing, no_install):
    if listing:
        return list_parts()
    strict = os.environ.get("CI") == "true"
    total = Counter()
    with tempfile.TemporaryDirectory(prefix="rendezvous-test-") as folder:
        context = Context(Path(folder), quick, long)
        for part in chosen(quick, fresh, only):
            total += run_part(part, context, strict)
    click.echo(counted(total))
    raise SystemExit(1 if total[FAIL] or not total[PASS] else 0)


def main():
    return start(suite, prog_name="scripts/test")
