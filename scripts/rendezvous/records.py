# A run directory: from the guest's records to files that stand for themselves.
# SPDX-License-Identifier: BSD-2-Clause

import contextlib
import json
import os
import shutil
import tempfile
from datetime import datetime, timezone
from pathlib import Path

from rendezvous.problem import Problem
from rendezvous.statistics import summary


def params_text(params):
    return " ".join(f"{name}={value}" for name, value in params.items())


def complete(record, traced):
    """A line of records.jsonl: the guest's record and what was derived from it."""
    return {
        **record,
        **summary(record["samples"]),
        **traced,
        "environment": "environment.json",
    }


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2) + "\n")


def write_records(folder, records):
    lines = [json.dumps(record, separators=(",", ":")) + "\n" for record in records]
    (folder / "records.jsonl").write_text("".join(lines))


def read_run(folder):
    """The environment and the records of a run directory."""
    try:
        environment = json.loads((folder / "environment.json").read_text())
        lines = (folder / "records.jsonl").read_text().splitlines()
        return environment, [json.loads(line) for line in lines]
    except (OSError, ValueError) as error:
        raise Problem(f"{folder} is not a run directory: {error}") from error


def run_name(commit, label):
    """UTC time, short commit and variant: sorts by time, and says what it is."""
    stamp = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    return "-".join([stamp, (commit or "nocommit")[:10], label])


def unused(folder):
    """The folder, or with a number where two runs fell into one second."""
    candidates = [folder] + [folder.with_name(f"{folder.name}-{i}") for i in range(2, 100)]
    return next(path for path in candidates if not path.exists())


def link_latest(folder):
    """Makes `latest` beside the run point to it, in one step."""
    temporary = folder.parent / f".latest-{os.getpid()}"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(folder.name)
    os.replace(temporary, folder.parent / "latest")


class RunFolder(contextlib.AbstractContextManager):
    """A run directory in the making: gets its name when all is there, or else is a failure's."""

    def __init__(self, results, name):
        self.results = Path(results)
        self.name = name
        self.final = None

    def __enter__(self):
        self.results.mkdir(parents=True, exist_ok=True)
        self.path = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=self.results))
        self.path.chmod(0o755)
        return self

    def __exit__(self, kind, error, trace):
        if error is None:
            self.final = unused(self.results / self.name)
            self.path.rename(self.final)
            link_latest(self.final)
        elif (self.path / "console.log").exists() and isinstance(error, Problem):
            failed = unused(self.results / f"failed-{self.name}")
            self.path.rename(failed)
            error.advice = "\n".join(filter(None, [error.advice, f"All of its output: {failed}"]))
        else:
            shutil.rmtree(self.path)
