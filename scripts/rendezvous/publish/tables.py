# Tables of a run, as text, CSV and LaTeX, and results.csv.
# SPDX-License-Identifier: BSD-2-Clause

import csv
import io
from dataclasses import dataclass, field

from rich import box
from rich.console import Console
from rich.table import Table

from rendezvous.publish.compare import KERNEL_ONLY, one_way, ours_as_peers
from rendezvous.publish.run import CLOCK_TEXT, why_not

MARKS = {"recalled": "+", "partial": "~", "verified": ""}
MARK_TEXT = {
    "recalled": "from memory: nobody could check it",
    "partial": "the cycles were read, clock or time are from memory",
}
FIGURES = (
    "overhead", "warmup", "n", "min", "median", "p99", "max", "mean", "kernel", "kernel_reason",
    "user", "amortised", "iterations", "mark", "marks",
)  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A table before it has a form. `right` are the columns with numbers, `marks` what a cell
    (row, column) bears in text and LaTeX, `extra` how many last columns only the CSV has."""

    title: str
    header: tuple
    rows: list
    right: frozenset
    footnotes: list
    marks: dict = field(default_factory=dict)
    extra: int = 0

    def marked(self, index):
        """The cells of a row with their marks, without the extra columns."""
        cells = self.rows[index][: len(self.header) - self.extra]
        return [cell + self.marks.get((index, i), "") for i, cell in enumerate(cells)]

    @property
    def shown(self):
        return self.header[: len(self.header) - self.extra]


def number(value):
    """A number without false digits; nothing for None."""
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() else f"{value:.10g}"


def one_way_sheet(run, published):
    """The retrospective's one-way table with our row: (Sheet, [what is left out])."""
    rows, marks, footnotes = [], {}, []
    for row in published:
        if row.series != "retrospective":
            continue
        remark = _remark(row)
        note = f"[{len(footnotes) + 1}]" if remark else ""
        if remark:
            footnotes.append(f"{note} {row.system} {row.year}: {remark}")
        marks[len(rows), 0] = MARKS[row.confidence] + note
        marks[len(rows), 5] = note if row.contradicts else ""
        cells = (row.system, str(row.year), row.cpu, number(row.mhz), number(row.cycles), row.us)
        rows.append((*cells, "", row.confidence, remark))
    footnotes += [f"{MARKS[kind]} {text}" for kind, text in MARK_TEXT.items()]
    found, why = one_way(run)
    if found:
        marks[len(rows), 0] = "*"
        rows.append((*_our_row(run, found), "measured", _our_remark(found)))
        footnotes.append(f"* this run: {_our_remark(found)}")
    footnotes.append(f"This run: {run.footer}")
    header = ("Kernel", "Year", "Processor", "MHz", "Cycles", "us", "Instructions")
    header += ("Confidence", "Remark")
    title = "One-way IPC, short message, other address space, same core"
    sheet = Sheet(title, header, rows, frozenset((3, 4, 5, 6)), footnotes, marks, extra=2)
    return sheet, [f"our row of the one-way table: {why}"] if why else []


def _remark(row):
    if not row.contradicts:
        return row.note
    would = f"{number(row.cycles)} cycles at {number(row.mhz)} MHz would be {row.computed_us:.2f}"
    return f"{would} us, not {row.us} as printed; {row.note}"


def _our_row(run, found):
    cpu = (run.environment.get("machine") or {}).get("cpu", "")
    year = (run.environment.get("host") or {}).get("date", "")[:4]
    counted = found.unit == "instructions"
    value = number(found.mean)
    figures = ("", "", "", value) if counted else ("", value, "", "")
    return (run.name, year, f"{cpu}, emulated" if counted else cpu, *figures)


def _our_remark(found):
    text = f"mean of call ({number(found.call)}) and reply ({number(found.reply)}), "
    if found.scope == KERNEL_ONLY:
        return text + (
            "the kernel's part alone, in executed instructions counted under emulation; "
            "instructions are not cycles, so there is no clock and no time"
        )
    return text + "in cycles, timed from user to user: the user stubs are included"


def peers_sheet(run, peers):
    """Ours and the peers in instructions: (Sheet, [what is left out])."""
    ours, left_out = ours_as_peers(run)
    rows = []
    for peer in [*ours, *peers]:
        scope = KERNEL_ONLY if peer.scope == "kernel" else "timed from user level"
        cells = (peer.kernel, peer.version, peer.arch, peer.configuration, peer.benchmark)
        rows.append((*cells, peer.direction, scope, number(peer.instructions), peer.how))
    header = ("Kernel", "Version", "Architecture", "Configuration", "Benchmark", "Direction")
    header += ("Scope", "Instructions", "How")
    footnotes = [
        "Executed instructions, not cycles. Compare one scope with itself, and one direction too.",
        f"This run: {run.footer}",
    ]
    return Sheet("In instructions", header, rows, frozenset((7,)), footnotes), left_out


def results_sheet(run):
    """All records of the run, with the reason where there is no figure."""
    rows = []
    for record in run.records:
        figures = ("", "", "", "", "", "")
        remark = ""
        if record.status == "ok" and record.samples:
            spread = record.get("p99") if not record.single else None
            values = (len(record.samples), min(record.samples), record.median, spread)
            figures = tuple(map(number, (*values, max(record.samples), record.kernel)))
            if record.single:
                remark = "all samples the same"
        if not record.performance:
            remark = why_not(record)
        cells = (record.label, record.direction, record.clock, record.unit)
        rows.append((*cells, *figures, remark))
    header = ("Benchmark", "Direction", "Clock", "Unit", "n", "min", "median", "p99", "max")
    header += ("kernel part", "Remark")
    clocks = sorted({record.clock for record in run.records})
    footnotes = [f"clock {clock}: {CLOCK_TEXT[clock]}" for clock in clocks]
    if "emulated-time" in clocks:
        footnotes.append("Emulated time exercises the code; it is never a performance figure.")
    footnotes += [
        "The overhead of the empty timed region is subtracted. kernel part: instructions.",
        f"This run: {run.footer}",
    ]
    return Sheet("All records", header, rows, frozenset(range(4, 10)), footnotes)


def as_text(sheet):
    """The table for a terminal, in ASCII."""
    table = Table(box=box.ASCII2, title=sheet.title, title_justify="left", title_style="")
    for index, name in enumerate(sheet.shown):
        justify = "right" if index in sheet.right else "left"
        table.add_column(name, justify=justify, no_wrap=True)
    for index in range(len(sheet.rows)):
        table.add_row(*sheet.marked(index))
    out = io.StringIO()
    console = Console(file=out, width=1000, color_system=None, markup=False, highlight=False)
    console.print(table)
    lines = [line.rstrip() for line in out.getvalue().splitlines()]
    return "\n".join([*lines, *sheet.footnotes]) + "\n"


def as_csv(sheet):
    """One header row and the cells, without marks; the footnotes are in the other forms."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(name.lower().replace(" ", "_") for name in sheet.header)
    writer.writerows(sheet.rows)
    return out.getvalue()


def as_latex(sheet):
    r"""A tabular for \input, with booktabs; the footnotes follow below it."""
    columns = "".join("r" if i in sheet.right else "l" for i in range(len(sheet.shown)))
    lines = [f"% {sheet.title}", rf"\begin{{tabular}}{{@{{}}{columns}@{{}}}}", r"\toprule"]
    rows = [_latex_row(sheet.marked(index)) for index in range(len(sheet.rows))]
    lines += [_latex_row(sheet.shown), r"\midrule", *rows]
    lines += [r"\bottomrule", r"\end{tabular}", "", r"\smallskip", r"{\footnotesize\raggedright"]
    lines += [_latex(note) + r"\par" for note in sheet.footnotes]
    return "\n".join([*lines, "}"]) + "\n"


def _latex_row(cells):
    return " & ".join(r"$\mu$s" if cell == "us" else _latex(cell) for cell in cells) + r" \\"


def _latex(text):
    special = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    special |= {char: "\\" + char for char in "&%$#_{}"}
    special |= {"|": r"\textbar{}", "<": r"\textless{}", ">": r"\textgreater{}"}
    return "".join(special.get(char, char) for char in text).replace("[", "{[}")


def results_csv(run):
    """results.csv: a line a record, parameters as columns `params.words` and so on."""
    params = sorted({name for record in run.records for name in record.params})
    header = ["bench", *(f"params.{name}" for name in params), "direction", "clock", "unit"]
    header += ["status", "reason", *FIGURES, "cores", "environment"]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    for record in run.records:
        row = [record.bench, *(record.params.get(name, "") for name in params)]
        row += [record.direction, record.clock, record.unit, record.status]
        row += [record.get(name) for name in ("reason", *FIGURES)]
        row += [_cores(record), record.get("environment") or "environment.json"]
        writer.writerow("" if cell is None else cell for cell in row)
    return out.getvalue()


def _cores(record):
    """Instructions by core as `core:kernel+user`, for spans over several cores."""
    cores = record.get("cores") or []
    return " ".join(f"{c['core']}:{c['kernel']}+{c['user']}" for c in cores)
