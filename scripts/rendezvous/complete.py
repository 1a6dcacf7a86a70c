# What the shell offers when a person presses the tabulator key: variants, runs, benchmarks.
# SPDX-License-Identifier: BSD-2-Clause

from rendezvous.axes import read_axes
from rendezvous.problem import Problem
from rendezvous.records import read_run
from rendezvous.tree import RESULTS


def starting(words, incomplete):
    return [word for word in words if word.startswith(incomplete)]


def variants():
    return [f"{axis.name}={choice}" for axis in read_axes() for choice in axis.choices]


def runs():
    return sorted(path.parent.name for path in RESULTS.glob("*/records.jsonl"))


def complete_variant(context, parameter, incomplete):
    return starting(variants(), incomplete)


def complete_run(context, parameter, incomplete):
    return starting(runs(), incomplete)


def complete_side(context, parameter, incomplete):
    return starting(["default", *variants(), *runs()], incomplete)


def complete_benchmark(context, parameter, incomplete):
    """Names as the last run has them; none before the first run."""
    try:
        records = read_run(RESULTS / "latest")[1]
    except Problem:
        return []
    return starting(dict.fromkeys(record["bench"] for record in records), incomplete)
