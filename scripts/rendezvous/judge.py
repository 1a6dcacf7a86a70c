# The verdict on one benchmark, measured on two sides: counts exactly, times statistically.
# SPDX-License-Identifier: BSD-2-Clause

from dataclasses import dataclass, field, replace

from rendezvous import inference
from rendezvous.protocol import key
from rendezvous.records import params_text
from rendezvous.statistics import median

ALPHA = 0.01
THRESHOLD = 0.02  # a smaller change is noise, however significant
LEAST_BOOTS = 2

SAME, LESS, MORE, DIFFERS = "same", "less", "more", "differs"
CANNOT_TELL, CANNOT_SHOW = "cannot tell", "cannot show here"
MISSING = "on one side only"


@dataclass(frozen=True)
class Measured:
    """A record as a side of a comparison: the samples of each boot apart."""

    record: dict
    boots: tuple

    @property
    def samples(self):
        return [value for boot in self.boots for value in boot]

    @property
    def ok(self):
        return self.record["status"] == "ok"


@dataclass(frozen=True)
class Row:
    """A benchmark on both sides. A figure is None where it has no meaning."""

    bench: str
    params: dict
    direction: str
    clock: str
    unit: str
    verdict: str
    reason: str = ""
    a: int | None = None
    b: int | None = None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    interval: str | None = None
    p: float | None = None
    superiority: float | None = None
    delta: float | None = None
    outliers_a: dict | None = None
    outliers_b: dict | None = None
    functions: dict = field(default_factory=dict)  # name: [a, b], only where they differ

    @property
    def name(self):
        return " ".join(filter(None, [self.bench, params_text(self.params), self.direction]))

    @property
    def difference(self):
        return None if self.a is None or self.b is None else self.b - self.a


def is_counted(record):
    return record["unit"] == "instructions"


def row(record, verdict, reason="", **figures):
    names = ("bench", "params", "direction", "clock", "unit")
    return Row(**{name: record[name] for name in names}, verdict=verdict, reason=reason, **figures)


def changed_functions(a, b):
    """Kernel functions whose instructions differ, the greatest change first."""
    old, new = a.get("functions") or {}, b.get("functions") or {}
    pairs = {name: [old.get(name, 0), new.get(name, 0)] for name in {**old, **new}}
    changed = [(name, pair) for name, pair in pairs.items() if pair[0] != pair[1]]
    return dict(sorted(changed, key=lambda item: (-abs(item[1][1] - item[1][0]), item[0])))


def direction_of(difference):
    return MORE if difference > 0 else LESS if difference < 0 else SAME


def judge_counted(a, b):
    """Counts are exact: the same, or not."""
    one, two = sorted(a.samples), sorted(b.samples)
    verdict, reason = direction_of(median(two) - median(one)), ""
    if verdict == SAME and len(one) != len(two):
        verdict, reason = CANNOT_TELL, f"{len(one)} samples and {len(two)}"
    elif verdict == SAME and one != two:
        verdict, reason = DIFFERS, "the same median of other samples"
    elif verdict == SAME and amortised(a) != amortised(b):
        verdict, reason = DIFFERS, f"amortised: {amortised(a):g} and {amortised(b):g} an operation"
    elif verdict == SAME and counts(a) != counts(b):
        verdict, reason = DIFFERS, f"counts: {params_text(counts(a))}; {params_text(counts(b))}"
    return row(a.record, verdict, reason, **medians(one, two),
               functions=changed_functions(a.record, b.record))  # fmt: skip


def counts(measured):
    """What the benchmark counted besides time; empty for most."""
    return measured.record.get("counts") or {}


def amortised(measured):
    record = measured.record
    return record["amortised"] / record["iterations"] if record["iterations"] else 0


def medians(one, two):
    a, b = median(one), median(two)
    return {"a": a, "b": b, "ratio": b / a if a else None}


def judge_timed(a, b):
    """The figures of two timed sides; the verdict comes when all benchmarks are known."""
    one, two = a.samples, b.samples
    figures = medians(one, two)
    if min(one) <= 0 or min(two) <= 0:
        return row(a.record, CANNOT_TELL, "not all samples are above zero", **figures)
    found, shift = inference.interval(one, two), inference.effect(one, two)
    if found:
        figures |= {"low": found.low, "high": found.high, "interval": found.method}
    figures |= {"p": shift.p, "superiority": shift.superiority, "delta": shift.delta}
    figures |= {"outliers_a": inference.outliers(one), "outliers_b": inference.outliers(two)}
    return row(a.record, CANNOT_TELL, boots_reason(a, b), **figures)


def boots_reason(a, b):
    """Why the boots leave no verdict, or ""."""
    if min(len(a.boots), len(b.boots)) < LEAST_BOOTS:
        return f"boots differ among themselves, so each side needs {LEAST_BOOTS} (--repetitions)"
    pairs = zip(a.boots, b.boots)
    directions = {direction_of(median(two) - median(one)) for one, two in pairs}
    if {LESS, MORE} <= directions:
        return "the boots do not agree on the direction"
    return ""


def decide(rows, threshold):
    """Timed rows with their verdicts: significant among all of them, and large enough."""
    open_rows = [r for r in rows if r.p is not None]
    adjusted = iter(inference.holm([r.p for r in open_rows]))
    return [verdict_of(r, next(adjusted), threshold) if r.p is not None else r for r in rows]


def verdict_of(timed, p, threshold):
    timed = replace(timed, p=p)
    if timed.low is None:
        return replace(timed, reason=timed.reason or "too few samples")
    least, most = 1 / (1 + threshold), 1 + threshold
    if least <= timed.low and timed.high <= most and "each side needs" not in timed.reason:
        return replace(timed, verdict=SAME, reason="")
    if timed.reason:
        return timed
    if p >= ALPHA:
        return replace(timed, reason=f"not significant (p = {p:.2g})")
    if timed.low > most:
        return replace(timed, verdict=MORE)
    if timed.high < least:
        return replace(timed, verdict=LESS)
    return replace(timed, reason=f"may be below the threshold of {threshold:.1%}")


def judge_pair(a, b):
    if not (a.ok and b.ok):
        if a.record["status"] == b.record["status"]:
            return row(a.record, SAME, f"{a.record['status']}: {b.record['reason']}")
        said = [f"{m.record['status']} {m.record['reason']}".strip() for m in (a, b)]
        return row(a.record, DIFFERS, f"{said[0]}; {said[1]}")
    return judge_counted(a, b) if is_counted(a.record) else judge_timed(a, b)


def judge(side_a, side_b, threshold=THRESHOLD):
    """Rows for all benchmarks of both sides (lists of Measured), in the order of A, then of B."""
    a, b = ({key(m.record): m for m in side} for side in (side_a, side_b))
    rows = []
    for name in dict.fromkeys([*a, *b]):
        if name in a and name in b:
            rows.append(judge_pair(a[name], b[name]))
        else:
            there = "A" if name in a else "B"
            rows.append(row((a.get(name) or b[name]).record, MISSING, f"only in {there}"))
    return decide(rows, threshold)
