# The part of the suite that holds the counts against the committed baseline, exactly.
# SPDX-License-Identifier: BSD-2-Clause

from rendezvous import baseline, stored
from rendezvous.judge import THRESHOLD
from rendezvous.problem import Problem
from rendezvous.regress import against_baseline, describe, grown
from rendezvous.suite.case import FAIL, PASS, SKIP, Case
from rendezvous.suite.guest import bench

CORES = 4
REFERENCE = "gcc 12.2 Debian"  # its baseline must be there: without it nothing is checked


def row_case(row, failed):
    return Case(row.name, FAIL if row in failed else PASS, "\n".join(describe(row)))


def summary_case(outcome):
    """The functions that grew, over all benchmarks, where a person looks first."""
    lines = [
        f"{name} by {most} in {n} benchmarks" for name, (most, n) in grown(outcome.rows).items()
    ]
    return Case("functions", FAIL, "\n".join(["These grew:", *lines, outcome.advice]))


def without_baseline(run, problem):
    compiler = baseline.compiler(run.environment)
    if compiler == REFERENCE:
        return Case("exact check", FAIL, f"skipped for the reference compiler.\n{problem}")
    return Case("exact check", SKIP, f"no baseline for {compiler}: rdv regress --against COMMIT")


def regress(context, folder=baseline.FOLDER):
    """The counts are those of the committed baseline, exactly."""
    run = stored.load(bench(context, CORES, "regress"))
    try:
        outcome = against_baseline(run, "", THRESHOLD, folder)
    except Problem as problem:
        return [without_baseline(run, problem)]
    failed = outcome.failed
    cases = [row_case(row, failed) for row in outcome.rows]
    return [summary_case(outcome), *cases] if failed else cases
