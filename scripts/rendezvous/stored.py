# Stored runs: read again, and held against the console log that they were made from.
# SPDX-License-Identifier: BSD-2-Clause

from dataclasses import dataclass
from pathlib import Path

from rendezvous import trace
from rendezvous.judge import Measured
from rendezvous.measure import Boot, numbered, pool
from rendezvous.problem import Problem
from rendezvous.protocol import key, read_log
from rendezvous.records import complete, params_text, read_run
from rendezvous.tree import RESULTS

AGAIN = "It was cut short or altered. Measure again; it cannot be used."
TRACED = ("kernel", "user", "cores", "functions")


@dataclass(frozen=True)
class StoredRun:
    """A run directory that is whole: its environment and its records, boot by boot."""

    folder: Path
    environment: dict
    measured: list


def find_run(name):
    """A run directory by its path, or by its name in results/."""
    for folder in (Path(name), RESULTS / name):
        if (folder / "records.jsonl").exists():
            return folder.resolve()
    raise Problem(f"there is no run '{name}'", "`scripts/rdv list runs` shows those there are.")


def read_boots(folder, count):
    """The logs of all boots, each checked by its own count and checksum."""
    boots = []
    for number in range(count):
        console = numbered(folder, "console.log", number)
        try:
            boots.append(Boot(read_log(console.read_bytes()), [], []))
        except OSError as error:
            raise Problem(f"{console}: {error.strerror}", AGAIN) from error
        except Problem as problem:
            raise Problem(f"{console}: {problem.message}", AGAIN) from problem
    return boots


def check_header(folder, environment, header):
    said = {**header, "machine": {**environment["machine"], **header["machine"]}}
    for name in ("kernel", "variant", "clock", "arguments", "machine"):
        if environment[name] != said[name]:
            raise Problem(
                f"{folder}/environment.json: {name} is {environment[name]!r}, "
                f"but the console says {said[name]!r}",
                AGAIN,
            )


def check_record(folder, written, expected):
    """Every field that follows from the console, and from the trace, must be as it was written."""
    for name, value in expected.items():
        if written.get(name) != value:
            title = f"{written.get('bench')} {params_text(written.get('params') or {})}".strip()
            raise Problem(f"{folder}/records.jsonl: {title}: {name} was altered", AGAIN)


def expected_records(folder, boots):
    """What records.jsonl must hold, without the tracer's part where its output was not kept."""
    rows = pool(boots)
    path = folder / "trace.jsonl"
    if not path.exists():
        plain = [complete(record, {}) for record in rows]
        return [{n: v for n, v in record.items() if n not in TRACED} for record in plain]
    regions = trace.read_trace(path)
    joined = [trace.join(record, regions) for record in rows]
    return [complete(*pair) for pair in zip(rows, joined)]


def load(folder):
    """The run in this folder. A Problem if anything in it is missing, cut short or altered."""
    environment, records = read_run(folder)
    try:
        boots = read_boots(folder, environment["boots"])
        check_header(folder, environment, boots[0].log.header)
    except (KeyError, TypeError) as error:
        raise Problem(f"{folder}/environment.json: {error!r}", AGAIN) from error
    expected = expected_records(folder, boots)
    if len(records) != len(expected):
        raise Problem(
            f"{folder}/records.jsonl has {len(records)} records; {len(expected)} were printed",
            AGAIN,
        )
    for pair in zip(records, expected):
        check_record(folder, *pair)
    if not (folder / "trace.jsonl").exists() and any(r.get("kernel") is not None for r in records):
        raise Problem(f"{folder}/trace.jsonl is missing, but records.jsonl has its figures", AGAIN)
    return StoredRun(folder, environment, measured(records, boots))


def measured(records, boots):
    """Records with the samples of each boot; counted boots are all the same, so one will do."""
    by_boot = [{key(record): record["samples"] for record in boot.log.records} for boot in boots]
    found = []
    for record in records:
        counted = record["unit"] == "instructions"
        samples = [boot[key(record)] for boot in by_boot]
        found.append(Measured(record, tuple(map(tuple, samples[:1] if counted else samples))))
    return found


def together(runs):
    """Several runs of one side as one: counted ones must agree, timed ones are more boots."""
    first = runs[0].measured
    for run in runs[1:]:
        if [key(m.record) for m in run.measured] != [key(m.record) for m in first]:
            raise Problem(f"{run.folder} and {runs[0].folder} measured different benchmarks.")
    return [merge(same) for same in zip(*(run.measured for run in runs))]


def merge(same):
    first = same[0]
    if first.record["unit"] != "instructions":
        good = [m for m in same if m.ok]
        if len(good) < len(same):
            return next(m for m in same if not m.ok)
        return Measured(first.record, tuple(boot for m in same for boot in m.boots))
    for other in same[1:]:
        if other.boots != first.boots:
            raise Problem(
                f"{first.record['bench']}: two runs of one side differ",
                "Counted instructions must not depend on the run. This is a bug worth a report.",
            )
    return first
