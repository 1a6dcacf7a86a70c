# The numbers of others: published figures in cycles, and peers that were counted in instructions.
# SPDX-License-Identifier: BSD-2-Clause

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from rendezvous.problem import Problem
from rendezvous.tree import RESULTS

FOLDER = RESULTS / "published"
SERIES = ("retrospective", "sel4bench-ci", "sel4-page", "l4re", "hardware-floor", "papers")
DIRECTIONS = ("one-way", "round-trip", "event")
CONFIDENCES = ("verified", "partial", "recalled")
USER_TIMED = ("sel4bench-ci", "sel4-page", "l4re")


@dataclass(frozen=True)
class Published:
    """A row of published.csv. `us` keeps the digits as printed: they say how exact it is."""

    series: str
    system: str
    year: int
    cpu: str
    mhz: float | None
    arch: str
    benchmark: str
    direction: str
    cycles: float | None
    us: str
    source: str
    confidence: str
    note: str = ""

    @property
    def scope(self):
        """What the figure counts; two scopes never share a panel."""
        if self.series == "hardware-floor":
            return "hardware"
        if self.direction != "one-way":
            return self.direction
        if self.series == "retrospective" or "kernel cycles" in self.benchmark:
            return "in-kernel"
        return "user-timed" if self.series in USER_TIMED else "unstated"

    @property
    def computed_us(self):
        """The time that cycles and clock give, or None where one of them is not known."""
        return self.cycles / self.mhz if self.cycles and self.mhz else None

    @property
    def contradicts(self):
        """Whether the printed time is not cycles / clock: off by a unit of its last digit (it may
        be rounded or cut off) and by a hundredth (the clock may be rounded)."""
        if not self.us or self.computed_us is None:
            return False
        digits = len(self.us.partition(".")[2])
        return abs(self.computed_us - float(self.us)) >= max(
            10.0**-digits, self.computed_us / 100
        )


@dataclass(frozen=True)
class Peer:
    """A row of peers.csv; a `how` of "same" is replaced by what it refers to."""

    kernel: str
    version: str
    arch: str
    configuration: str
    benchmark: str
    direction: str
    instructions: int
    how: str

    @property
    def scope(self):
        """kernel: traced or single-stepped inside the kernel; user: timed from user level."""
        return "kernel" if re.search(r"kernel instructions|\btrace\b", self.how) else "user"

    @property
    def words(self):
        """The message's length as (shortest, longest) in words, or None where it has none."""
        match = re.search(r"(\d+)(?: to (\d+))? words?\b", self.benchmark)
        return (int(match[1]), int(match[2] or match[1])) if match else None

    @property
    def space(self):
        """`same`, `different`, or None where the benchmark has no partner."""
        if re.search(r"other address space|other protection domain|two processes", self.benchmark):
            return "different"
        return "same" if re.search(r"same (address|protection)", self.benchmark) else None


def load_published(path=FOLDER / "published.csv", notes=None):
    """All rows of published.csv, with the notes of notes.csv beside it, checked."""
    path = Path(path)
    noted = _load_notes(notes or path.with_name("notes.csv"))
    rows = [_published(row, where, noted) for where, row in _rows(path, Published, ("note",))]
    unused = set(noted) - {(row.system, str(row.year), row.cpu) for row in rows}
    if unused:
        raise Problem(f"{path.with_name('notes.csv')}: no row of {path.name} is {min(unused)}")
    return rows


def load_peers(path=FOLDER / "peers.csv"):
    """All rows of peers.csv, checked."""
    rows, how = [], {}
    for where, row in _rows(Path(path), Peer):
        _one_of(row, where, "direction", DIRECTIONS)
        if row["how"].startswith("same"):
            if row["kernel"] not in how:
                raise Problem(
                    f"{where}: `how` is {row['how']!r}, but no row of {row['kernel']} is above it",
                    "Say how the figure was measured.",
                )
            # What stands in brackets is about the one figure beside it, not about the method.
            method = re.sub(r" \([^)]*\)$", "", how[row["kernel"]])
            row["how"] = method + row["how"].removeprefix("same")
        else:
            how[row["kernel"]] = row["how"]
        row["instructions"] = int(_number(row, where, "instructions", whole=True))
        rows.append(Peer(**row))
    return rows


def _published(row, where, noted):
    _one_of(row, where, "series", SERIES)
    _one_of(row, where, "direction", DIRECTIONS)
    _one_of(row, where, "confidence", CONFIDENCES)
    if not row["cycles"] and not row["us"]:
        raise Problem(f"{where}: neither cycles nor us", "A row has one of them at least.")
    for field in ("system", "cpu", "benchmark", "source"):
        if not row[field]:
            raise Problem(f"{where}: {field} is empty", "Every row says what and where from.")
    note = ""
    if row["series"] == "retrospective":
        note = noted.get((row["system"], row["year"], row["cpu"]), "")
    _number(row, where, "us")
    row["year"] = int(_number(row, where, "year", whole=True))
    row["mhz"] = _number(row, where, "mhz")
    row["cycles"] = _number(row, where, "cycles")
    return Published(**row, note=note)


def _load_notes(path):
    with open(path, newline="", encoding="utf-8") as file:
        return {(r["system"], r["year"], r["cpu"]): r["note"] for r in csv.DictReader(file)}


def _rows(path, kind, added=()):
    """Yields (place, row) of a CSV file whose header must be the fields of `kind`."""
    fields = [name for name in kind.__dataclass_fields__ if name not in added]
    try:
        file = open(path, newline="", encoding="utf-8")
    except OSError as error:
        raise Problem(
            f"{path}: {error.strerror}", "It is part of the tree: git checkout."
        ) from error
    with file:
        reader = csv.DictReader(file)
        if reader.fieldnames != fields:
            raise Problem(
                f"{path}: the header is {','.join(reader.fieldnames or ['empty'])}",
                f"It must be {','.join(fields)}",
            )
        seen = {}
        for row in reader:
            where = f"{path}, line {reader.line_num}"
            if None in row or None in row.values():
                raise Problem(f"{where}: not {len(fields)} cells", "Quote a cell with a comma.")
            if tuple(row.values()) in seen:
                raise Problem(f"{where}: the same row as {seen[tuple(row.values())]}")
            seen[tuple(row.values())] = where
            yield where, row


def _one_of(row, where, field, known):
    if row[field] not in known:
        raise Problem(
            f"{where}: {field} is {row[field]!r}", f"It must be one of {', '.join(known)}."
        )


def _number(row, where, field, whole=False):
    """The cell as a positive number; None for an empty one, unless it must be whole."""
    if not row[field] and not whole:
        return None
    try:
        value = int(row[field]) if whole else float(row[field])
    except ValueError:
        value = 0
    if not 0 < value < float("inf"):
        kind = "whole number" if whole else "number"
        raise Problem(f"{where}: {field} is {row[field]!r}", f"It must be a {kind} above zero.")
    return value
