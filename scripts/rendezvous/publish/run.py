# A run directory as tables and plots see it: its records, checked, and its environment.
# SPDX-License-Identifier: BSD-2-Clause

from dataclasses import dataclass, field
from pathlib import Path

from rendezvous.problem import Problem
from rendezvous.records import read_run
from rendezvous.schema import UNITS

CLOCK_TEXT = {
    "instructions": "counted by the emulator, one core active",
    "instructions-all-cores": "counted by the emulator, sum of all cores",
    "emulated-time": "emulated time, not performance",
    "cycles": "time-stamp counter",
}
STATUSES = ("ok", "skip", "error")
REQUIRED = ("bench", "params", "direction", "clock", "unit", "status", "samples")


@dataclass(frozen=True)
class Record:
    """A line of records.jsonl; `data` is all of it, the fields are what is used most."""

    bench: str
    params: dict
    direction: str
    clock: str
    unit: str
    status: str
    samples: tuple
    data: dict = field(repr=False)

    def get(self, name):
        return self.data.get(name)

    @property
    def group(self):
        return self.bench.partition("/")[0]

    @property
    def performance(self):
        """Whether it may be plotted: emulated time says nothing about how fast anything is."""
        return self.status == "ok" and bool(self.samples) and self.clock != "emulated-time"

    @property
    def single(self):
        """Whether all samples are the same: then they are one value, and have no percentiles."""
        return len(set(self.samples)) == 1

    @property
    def median(self):
        return self.data["median"]

    @property
    def kernel(self):
        """The kernel's part in instructions, or None; why_no_kernel says why."""
        return self.data.get("kernel")

    @property
    def why_no_kernel(self):
        return self.data.get("kernel_reason") or "no trace of the marked regions"

    @property
    def label(self):
        return " ".join([self.bench, *(params_text(self.params),) * bool(self.params)])


@dataclass(frozen=True)
class Run:
    """The records of a run in their order, and the environment they came from."""

    folder: Path
    records: tuple
    environment: dict

    def select(self, bench, **params):
        """Records of `bench` that have these parameters, whatever else they have."""
        return [
            record
            for record in self.records
            if record.bench == bench and params.items() <= record.params.items()
        ]

    def one(self, bench, **params):
        """(record, "") when exactly one can be plotted, else (None, why not).

        A record with these parameters and no others is the ordinary case and is preferred.
        """
        name = f"{bench} {params_text(params)}".strip()
        found = self.select(bench, **params)
        good = [record for record in found if record.performance]
        good = [record for record in good if record.params == params] or good
        if len(good) == 1:
            return good[0], ""
        if good:
            return None, f"{name}: {len(good)} records, told apart by other parameters"
        if found:
            return None, f"{name}: {why_not(found[0])}"
        return None, f"{name}: not in this run"

    @property
    def name(self):
        """What is measured, as a row or a bar calls it."""
        return f"Rendezvous {self.environment.get('kernel', '')}".strip()

    @property
    def cores(self):
        count = (self.environment.get("machine") or {}).get("cores")
        return f"{count} core{'s' * (count != 1)}" if count else ""

    @property
    def configuration(self):
        """Variant and cores, as a bar names them."""
        return ", ".join(filter(None, [str(self.environment.get("variant", "")), self.cores]))

    @property
    def footer(self):
        """Where the numbers come from, in one line: it stands under every plot and table."""
        env = self.environment
        parts = [
            self.name,
            self.configuration,
            f"clock {env.get('clock')}" if env.get("clock") else "",
            str((env.get("machine") or {}).get("cpu", "")),
            _versioned(env.get("emulator")),
            f"commit {commit(env)}" if commit(env) else "",
        ]
        return " | ".join(part.strip() for part in parts if part.strip())


def why_not(record):
    """Why a record cannot be plotted."""
    if record.status != "ok":
        return f"{record.status}: {record.get('reason') or 'no reason given'}"
    if not record.samples:
        return "no samples"
    return "emulated time is not performance"


def params_text(params):
    """Parameters as a person says them: `4 words, different space, core 1`."""
    words = []
    for name, value in params.items():
        if name in ("words", "space", "server"):
            words.append(f"{value} {name}" if value != 1 else "1 word")
        elif name in ("source", "phase", "kind"):
            words.append(str(value))
        else:
            words.append(f"{name} {value}")
    return ", ".join(words)


def commit(environment):
    """The commit's first 12 digits, with a mark when the tree had changes on top of it."""
    found = environment.get("commit") or ""
    return found[:12] + "+changes" * bool(found and environment.get("dirty"))


def load_run(folder):
    """Reads and checks a run directory (docs/records.md)."""
    folder = Path(folder)
    environment, lines = read_run(folder)
    if not isinstance(environment, dict):
        raise Problem(f"{folder / 'environment.json'}: not a JSON object")
    path = folder / "records.jsonl"
    if not lines:
        raise Problem(f"{path}: holds no record", "A finished run has one line for each benchmark.")
    records = [_record(data, f"{path}, record {i}") for i, data in enumerate(lines, 1)]
    return Run(folder, tuple(records), environment)


def _record(data, where):
    missing = [name for name in REQUIRED if not isinstance(data, dict) or name not in data]
    if missing:
        raise Problem(f"{where}: no {', '.join(missing)}", "docs/records.md has the fields.")
    if data["clock"] not in UNITS:
        raise Problem(f"{where}: unknown clock {data['clock']!r}", f"Known: {', '.join(UNITS)}.")
    if data["unit"] != UNITS[data["clock"]]:
        raise Problem(
            f"{where}: clock {data['clock']} with the unit {data['unit']!r}",
            f"Its unit is {UNITS[data['clock']]}.",
        )
    if data["status"] not in STATUSES:
        raise Problem(f"{where}: status {data['status']!r}", f"Known: {', '.join(STATUSES)}.")
    if data["status"] == "ok" and data["samples"] and data.get("median") is None:
        raise Problem(f"{where}: samples, but no median", "The host adds n, min, median and so on.")
    fields = {name: data[name] for name in REQUIRED}
    fields["samples"] = tuple(data["samples"])
    return Record(**fields, data=data)


def _versioned(thing):
    """`QEMU 7.2.22` from a name, or from an object with name and version."""
    if isinstance(thing, dict):
        return " ".join(str(thing[key]) for key in ("name", "version", "accel") if thing.get(key))
    return str(thing or "")
