# The tracer's output: read, and joined to the records by their marks.
# SPDX-License-Identifier: BSD-2-Clause

import json

from rendezvous.problem import Problem
from rendezvous.statistics import median

UNMARKED = "the record has no marked region"
EMPTY = {"kernel": None, "user": None, "cores": [], "functions": {}}


def read_trace(path):
    """The tracer's regions, in the order of their numbers."""
    regions = []
    for number, line in enumerate(path.read_text().splitlines()):
        try:
            region = json.loads(line)
        except ValueError as error:
            raise Problem(f"{path}:{number + 1}: {error}: the trace is cut short") from error
        if region["region"] != number:
            raise Problem(f"{path}:{number + 1}: region {region['region']} in place of {number}")
        regions.append(region)
    return regions


def medians(rows):
    """From dictionaries of counts to the median of each key; a missing key counts as zero."""
    keys = {key: None for row in rows for key in row}
    return {key: median([row.get(key, 0) for row in rows]) for key in keys}


def by_core(regions, part):
    return medians([{c["core"]: c[part] for c in r["cores"] if c[part]} for r in regions])


def join(record, regions):
    """The record's kernel and user parts, cores and functions, from its marked regions."""
    if not record["marks"]:
        return {**EMPTY, "kernel_reason": UNMARKED}
    first, end = record["mark"], record["mark"] + record["marks"]
    mine = regions[first:end]
    if len(mine) != record["marks"]:
        raise Problem(
            f"{record['bench']}: marked regions {first} to {end - 1}, "
            f"but the tracer saw {len(regions)} in all"
        )
    for region in mine:
        if "error" in region:
            raise Problem(f"{record['bench']}: region {region['region']}: {region['error']}")
    kernel, user = by_core(mine, "kernel"), by_core(mine, "user")
    totals = [{p: sum(c[p] for c in r["cores"]) for p in ("kernel", "user")} for r in mine]
    cores = sorted(c for c in {*kernel, *user} if kernel.get(c) or user.get(c))
    parts = [{"core": c, "kernel": kernel.get(c, 0), "user": user.get(c, 0)} for c in cores]
    functions = medians([region["functions"] for region in mine])
    return {
        **medians(totals),
        "cores": parts if len(cores) > 1 else [],
        "functions": dict(sorted(functions.items(), key=lambda pair: (-pair[1], pair[0]))),
        "kernel_reason": "",
    }


def absent(reason):
    """The same fields for a run without a tracer."""
    return {**EMPTY, "kernel_reason": reason}
