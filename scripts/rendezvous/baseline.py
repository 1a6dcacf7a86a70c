# The committed baseline: one file for each key, one record a line, read and rewritten here.
# SPDX-License-Identifier: BSD-2-Clause

import json
import re
import zlib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from rendezvous.comparable import chosen, without_filter
from rendezvous.judge import Measured
from rendezvous.problem import Problem
from rendezvous.tree import RESULTS

FOLDER = RESULTS / "baseline"
SCHEMA = 1
ABOUT = "Baseline of rdv regress; docs/regress.md. SPDX-License-Identifier: BSD-2-Clause"
VENDORS = ("Debian", "Ubuntu")
SAME_NAMES = ("bench", "params", "direction", "clock", "unit", "status", "reason")
FIGURES = ("overhead", "amortised", "iterations", "kernel", "user", "cores", "counts", "functions")


@dataclass(frozen=True)
class Baseline:
    """A baseline file; `accepted` says when, at which commit and why, the last one last."""

    path: Path
    key: dict
    made_with: dict
    accepted: list
    measured: list


def series(text):
    """12.2 of 12.2.0: fixes of a release change no code that a compiler makes, nor any count."""
    found = re.findall(r"\b(\d+\.\d+)\.\d+", text)
    return found[-1] if found else text


def compiler(environment):
    text = environment["compiler"]["version"]
    vendor = [name for name in VENDORS if name in text]
    return " ".join([environment["compiler"]["name"], series(text), *vendor])


def key_of(environment):
    """What must be the same for a baseline to apply."""
    emulator, machine = environment["emulator"], environment["machine"]
    words = without_filter(environment["arguments"]).split()
    key = {
        "clock": environment["clock"],
        "variant": chosen(environment),
        "cores": machine["cores"],
        "compiler": compiler(environment),
        "emulator": f"{emulator['name']} {series(emulator['version'])} {emulator['accel']}",
        "arguments": " ".join(word for word in words if not word.startswith("clock=")),
    }
    if environment["clock"] != "instructions":
        key["host"] = environment["host"]["cpu"]
    return key


def file_name(key):
    """A name that says what the file is for; the key inside is what counts."""
    words = [str(value) for name, value in key.items() if value and name != "cores"]
    words.insert(2, f"{key['cores']}-cores")
    return re.sub(r"[^A-Za-z0-9.=,]+", "-", "-".join(words)).strip("-") + ".json"


def compact(measured):
    """A record as the baseline keeps it: each sample once, with how often it came, by boot."""
    record = measured.record
    kept = {name: record[name] for name in SAME_NAMES if record.get(name)}
    kept["samples"] = [
        {str(value): times for value, times in sorted(Counter(boot).items())}
        for boot in measured.boots
    ]
    kept |= {name: record[name] for name in FIGURES if record.get(name)}
    if "functions" in kept:
        kept["functions"] = dict(sorted(kept["functions"].items()))
    return kept


def expand(kept):
    """The record as a side of a comparison."""
    boots = [
        [int(v) for v, times in boot.items() for _ in range(times)] for boot in kept["samples"]
    ]
    absent = {"params": {}, "reason": "", **dict.fromkeys(FIGURES[:3], 0), "functions": {}}
    return Measured({**absent, **kept}, tuple(map(tuple, boots)))


def order(kept):
    return kept["bench"], kept["direction"], json.dumps(kept.get("params"), sort_keys=True)


def line(value):
    return json.dumps(value, separators=(",", ":"))


def lines_of(values):
    """A JSON array with one value a line."""
    return "[\n" + ",\n".join(f"  {line(value)}" for value in values) + "\n ]"


def checksum(records):
    """Tells a file that was edited by hand, or merged, from one that was measured."""
    return f"{zlib.crc32(''.join(map(line, records)).encode()):08x}"


def write(path, key, made_with, accepted, records):
    records = sorted(records, key=order)
    parts = {
        "about": line(ABOUT),
        "schema": line(SCHEMA),
        "key": line(key),
        "made_with": line(made_with),
        "accepted": lines_of(accepted),
        "checksum": line(checksum(records)),
        "records": lines_of(records),
    }  # fmt: skip
    text = ",\n".join(f' "{name}": {value}' for name, value in parts.items())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{{\n{text}\n}}\n")


def read(path):
    try:
        data = json.loads(path.read_text())
        records = data["records"]
        if data["schema"] != SCHEMA:
            raise Problem(f"{path}: schema {data['schema']}; {SCHEMA} is known")
        if data["checksum"] != checksum(records):
            raise Problem(
                f"{path}: the records do not have the checksum that the file states",
                "It was edited or merged by hand. `git checkout` it, or measure it again: "
                "scripts/rdv regress --accept --reason …",
            )
        measured = [expand(kept) for kept in records]
        return Baseline(path, data["key"], data["made_with"], data["accepted"], measured)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Problem(f"{path}: not a baseline: {error!r}") from error


def read_all(folder):
    return [read(path) for path in sorted(folder.glob("*.json"))]


def find(key, folder):
    """The baseline with this key, or None."""
    return next((found for found in read_all(folder) if found.key == key), None)


def made_with(environment):
    """What is not in the key but may explain a difference."""
    return {
        "compiler": environment["compiler"]["version"],
        "emulator": environment["emulator"]["build"],
        "variant": environment["variant"],
    }


def accept(run, reason, folder):
    """Makes the run the baseline of its key, and keeps why."""
    key = key_of(run.environment)
    old = find(key, folder)
    entry = {
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%d"),
        "commit": run.environment["commit"],
        "dirty": run.environment["dirty"],
        "reason": reason,
    }
    path = old.path if old else folder / file_name(key)
    accepted = [*(old.accepted if old else []), entry]
    records = [compact(measured) for measured in run.measured]
    write(path, key, made_with(run.environment), accepted, records)
    return path
