#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Stands in for scripts/bench in the test of rdv bisect: its count is what the file number says."""

import sys
from pathlib import Path

tests = Path(__file__).resolve().parent
sys.path[:0] = [str(tests), str(tests.parents[1] / "scripts")]

from lab_runs import COUNT, record, write_run  # noqa: E402
from rendezvous.records import link_latest  # noqa: E402

tree, *words = sys.argv[1:]
output = Path(words[words.index("--output") + 1])
number = (Path(tree) / "number").read_text().strip()
if number == "broken":
    sys.exit("this commit cannot be built")
folder = output / f"run-{len(list(output.glob('run-*')))}"
functions = {"fastpath_call": int(number) - 100, "entry": 8}
write_run(folder, [record([int(number)] * COUNT, functions=functions)])
link_latest(folder)
