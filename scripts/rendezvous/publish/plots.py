# The plots of a run: each function draws one figure, or says why there is none.
# SPDX-License-Identifier: BSD-2-Clause

from collections import Counter
from dataclasses import replace
from itertools import groupby

from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, NullLocator, ScalarFormatter

from rendezvous.publish import style
from rendezvous.publish.compare import kernel_bars, not_shown, one_way, round_trip_bars
from rendezvous.publish.run import CLOCK_TEXT, params_text, why_not
from rendezvous.publish.tables import number

FAR = 4  # times the median: an outlier that makes an axis logarithmic
WIDE = 40  # times the smallest median: a range for which a linear axis has no room
SWEEPS = {"sched/backlog": "threads", "signal/burst": "signals"}  # benchmark: what grows
MARKERS = {"verified": "full", "partial": "left", "recalled": "none"}
ARCHITECTURES = {
    "x86": style.BLUE, "x86_64": style.BLUE, "armv5": style.GREEN, "armv6": style.GREEN,
    "armv7": style.GREEN, "aarch64": style.GREEN,
}  # fmt: skip


def unit_text(record):
    """An axis label that names the unit and the clock."""
    return f"{record.unit} ({CLOCK_TEXT[record.clock]})"


def row_text(record):
    """A row's label: an event needs no direction, a message does."""
    return record.label + f", {record.direction}" * (record.direction != "event")


def without_likes(records):
    """The records, those that differ only in the other core's number and agree in all figures
    put together; their `core` then names all of them."""
    groups = {}
    for record in records:
        rest = {name: value for name, value in record.params.items() if name != "core"}
        work = [(core["kernel"], core["user"]) for core in record.get("cores") or []]
        figures = (record.bench, record.direction, record.clock, record.samples)
        groups.setdefault(str((figures, rest, work)), []).append(record)
    return [_merged(alike) for alike in groups.values()]


def _merged(alike):
    first = alike[0]
    if len(alike) == 1 or "core" not in first.params:
        return first
    cores = sorted(record.params["core"] for record in alike)
    dense = cores == list(range(cores[0], cores[-1] + 1))
    name = f"{cores[0]} to {cores[-1]}" if dense else ", ".join(map(str, cores))
    return replace(first, params={**first.params, "core": name})


def published_by_year(run, published):
    """(a) One-way IPC of the L4 family by year in cycles; ours has a panel and an axis its own."""
    ours = {space: one_way(run, space) for space in ("different", "same")}
    left_out = [f"one-way by year, ours: {why}" for found, why in ours.values() if not found]
    found = [pair[0] for pair in ours.values() if pair[0]]
    widths = {"width_ratios": [5.6, 2.4, 2.1] if found else [5.6, 2.4]}
    fig, axes = style.figure(3 if found else 2, size=(14, 6), gridspec_kw=widths)
    kernel, user = axes[0][0], axes[0][1]
    labels = _in_kernel_panel(kernel, published)
    _user_timed_panel(user, published)
    user.set_ylim(kernel.get_ylim())
    if found:
        _ours_panel(axes[0][2], found)
    notes = [
        "Left: in-kernel cycles of a zero-length message, warm, as printed. Middle: other method "
        "(timed from user mode), so not the same figure. 0 words, same core, other address space.",
        "Right, on its own axis: mean of call and reply; instructions are not cycles. "
        "Hollow: from memory, nobody could check it. Half: the cycles were read, clock or time "
        "not. Full: read. Sources: results/published/.",
    ]
    style.frame(fig, "One-way IPC of the L4 family", run.footer, notes)
    style.spread_labels(kernel, labels)
    return fig, left_out


def _in_kernel_panel(axes, published):
    labels = []
    rows = [r for r in published if r.series == "retrospective"]
    for row in rows:
        colour = ARCHITECTURES.get(row.arch, style.GREY)
        axes.plot(
            row.year, row.cycles, "o", ms=8, color=colour, markerfacecoloralt="white",
            fillstyle=MARKERS[row.confidence],
        )  # fmt: skip
        labels.append((row.year, row.cycles, f"{row.system}, {_short(row.cpu)}"))
    _cycles_axis(axes, "In-kernel cycles (retrospective)")
    axes.set_ylabel("cycles (each processor's own), log scale")
    axes.set_xlim(min(r.year for r in rows) - 1, max(r.year for r in rows) + 10)
    handles = [_dot("x86", style.BLUE), _dot("Arm", style.GREEN), _dot("other", style.GREY)]
    handles += [_dot(f"{kind}", style.BLACK, fill) for kind, fill in MARKERS.items()]
    axes.legend(handles=handles, loc="upper left")
    return labels


def _user_timed_panel(axes, published):
    """seL4's page (mean of call and reply) and L4Re's (a mean already), 0 words, other space."""
    points = [(r.year, r.cycles, r.arch, "s") for r in published if _is_l4re(r)]
    replies = {_page_key(r, "reply"): r for r in published if _is_page(r, "reply")}
    for row in (r for r in published if _is_page(r, "call")):
        reply = replies.get(_page_key(row, "call"))
        if reply:
            points.append((row.year, (row.cycles + reply.cycles) / 2, row.arch, "D"))
    for year, cycles, arch, marker in points:
        colour = ARCHITECTURES.get(arch, style.GREY)
        x = year + {"s": 0.15, "D": -0.15}[marker]
        axes.plot(x, cycles, marker, ms=6.5, color=colour, alpha=0.75, markeredgecolor="white")
    _cycles_axis(axes, "Timed from user mode")
    axes.set_xlim(min(p[0] for p in points) - 0.7, max(p[0] for p in points) + 0.7)
    handles = [
        Line2D([], [], ls="", marker="D", color=style.BLACK, label="seL4 page, call/reply mean"),
        Line2D([], [], ls="", marker="s", color=style.BLACK, label="L4Re"),
    ]
    axes.legend(handles=handles, loc="lower left")


def _ours_panel(axes, found):
    """A column for each space: call, reply and their mean, from zero, in the run's own unit."""
    for x, item in enumerate(found):
        axes.plot([x, x], [item.call, item.reply], color=style.OURS_LIGHT, lw=2, zorder=1)
        axes.plot(x, item.mean, "D", ms=9, color=style.OURS)
        text = f"{number(item.mean)}\ncall {number(item.call)}\nreply {number(item.reply)}"
        axes.annotate(
            text, (x, item.mean), (10, 0), textcoords="offset points", va="center", size=8.5
        )
    clock = "counted under emulation" if found[0].unit == "instructions" else "time-stamp counter"
    axes.set_ylabel(f"{found[0].unit} ({clock}), {found[0].scope}")
    axes.set_ylim(0, 1.35 * max(max(i.call, i.reply) for i in found))
    axes.set_xlim(-0.5, len(found) - 0.2)
    axes.set_xticks(range(len(found)), [f"{item.space}\nspace" for item in found])
    axes.set_title(f"This run: {found[0].unit}", color=style.OURS)


def beside_peers(run, peers):
    """(b) Ours beside seL4, NOVA, Pistachio and Linux in instructions, like beside like only."""
    inside, left_out = kernel_bars(run, peers)
    trips, more = round_trip_bars(run, peers)
    rows = [_rows_of(inside), _rows_of(trips)]
    ratio = {"height_ratios": [max(1, len(r)) for r in rows]}
    fig, axes = style.figure(1, 2, (13, 2.4 + 0.27 * sum(map(len, rows))), gridspec_kw=ratio)
    _kernel_panel(axes[0][0], rows[0])
    _round_trip_panel(axes[1][0], rows[1])
    counted = "instructions (executed, counted under emulation)"
    axes[0][0].set_xlabel(counted)
    axes[1][0].set_xlabel(f"{counted}, log scale")
    notes = [
        "The two panels measure different things: never compare a bar above with a dot below. "
        "Instructions are not cycles. The peers' round trips are averages of loops of their own "
        "benchmarks, loop and stub included. Sources: results/published/peers.csv.",
        not_shown(peers),
    ]
    title = "Instructions executed, beside other kernels (x86_64, one message, same core)"
    style.frame(fig, title, run.footer, notes)
    return fig, [f"beside the peers: {reason}" for reason in dict.fromkeys(left_out + more)]


def _rows_of(bars):
    """Bars group by group, the cheapest first, with None before each group's first."""
    order = list(dict.fromkeys(bar.group for bar in bars))
    order.sort(key=lambda group: ("same" in group, "60" in group))
    rows = []
    for group in order:
        rows += [group, *sorted((b for b in bars if b.group == group), key=lambda b: b.total)]
    return rows


def _name_rows(axes, rows):
    axes.set_ylim(len(rows) - 0.4, -0.6)
    names = [r if isinstance(r, str) else f"{r.who}: {r.configuration}" for r in rows]
    axes.set_yticks(range(len(rows)), names, size=8.5)
    for row, tick in zip(rows, axes.get_yticklabels()):
        if isinstance(row, str):
            tick.set_weight("bold")
        elif row.ours:
            tick.set_color(style.OURS)
    axes.grid(False, axis="y")
    axes.tick_params(axis="y", length=0)


def _kernel_panel(axes, rows):
    for y, bar in enumerate(rows):
        if isinstance(bar, str):
            continue
        colours = (style.OURS, style.OURS_LIGHT) if bar.ours else (style.BLUE, style.SKY)
        left = 0
        for value, colour in zip(bar.parts, colours):
            axes.barh(y, value, left=left, color=colour, height=0.7)
            axes.text(
                left + value / 2, y, number(value), size=8, ha="center", va="center",
                color="white" if colour in (style.OURS, style.BLUE) else style.BLACK,
            )  # fmt: skip
            left += value
        axes.text(left, y, f"  {number(left)}", va="center", size=9, weight="bold")
    axes.margins(x=0.08)
    _name_rows(axes, rows)
    axes.set_title("Call (dark) + reply (light), the kernel's part alone")


def _round_trip_panel(axes, rows):
    for y, bar in enumerate(rows):
        if isinstance(bar, str):
            continue
        axes.plot(bar.total, y, "o", ms=8, color=style.OURS if bar.ours else style.BLUE)
        text = f"{number(bar.total)}   {bar.message}"
        axes.annotate(text, (bar.total, y), (9, 0), textcoords="offset points", va="center", size=9)
    _logarithmic(axes)
    values = [b.total for b in rows if not isinstance(b, str)]
    axes.set_xlim(min(values) * 0.8, max(values) * 4.5)
    _name_rows(axes, rows)
    axes.set_title("Round trip, user to user")


def message_sweep(run):
    """(c) IPC against the message's length: one-way left, round trip right."""
    panels = [("One way", ("ipc/call", "ipc/reply")), ("Round trip", ("ipc/roundtrip",))]
    lines, left_out = {}, []
    for title, benches in panels:
        for bench in benches:
            for record in run.select(bench):
                if not record.performance or "words" not in record.params:
                    left_out.append(f"message sweep: {record.label}: {why_not(record)}")
                    continue
                rest = {k: v for k, v in record.params.items() if k != "words"}
                key = (title, bench, params_text(rest), record.clock)
                lines.setdefault(key, []).append(record)
    missing = [b for _, benches in panels for b in benches if not run.select(b)]
    left_out += [f"message sweep: {bench}: not in this run" for bench in missing]
    shown = list(dict.fromkeys((key[0], key[3]) for key in lines))
    if not shown:
        return None, left_out
    fig, axes = style.figure(len(shown), size=(6 * len(shown) + 1, 5.2))
    for panel, (title, clock) in zip(axes[0], shown):
        chosen = {k[1:3]: v for k, v in lines.items() if (k[0], k[3]) == (title, clock)}
        _sweep_panel(panel, f"{title}, user to user", chosen)
    notes = [
        "Median of single shots, overhead of the empty region subtracted. From before the sender's "
        "system call to after the return; a round trip includes the server's stub."
    ]
    style.frame(fig, "IPC by message length, same core", run.footer, notes)
    return fig, left_out


def _sweep_panel(axes, title, lines):
    colours = {"ipc/call": style.BLUE, "ipc/reply": style.GREEN, "ipc/roundtrip": style.PURPLE}
    words = sorted({r.params["words"] for records in lines.values() for r in records})
    for (bench, rest), records in lines.items():
        records.sort(key=lambda record: record.params["words"])
        x = [record.params["words"] for record in records]
        y = [record.median for record in records]
        dash = "--" if rest.startswith("same") else "-"
        fill = "white" if dash == "--" else colours[bench]
        marker = "s" if "server" in rest else "o"
        axes.plot(
            x, y, dash, marker=marker, ms=6.5, color=colours[bench], markerfacecolor=fill,
            label=f"{bench}, {rest}",
        )  # fmt: skip
    axes.set_xticks(words)
    axes.set_xlabel("message length (words)")
    axes.set_ylabel(unit_text(next(iter(lines.values()))[0]).replace(" (", "\n("))
    axes.set_ylim(0, None)
    axes.set_title(title)
    axes.legend(loc="lower right")


def distributions(run):
    """(d) Yields (group, figure) with every sample of every benchmark of a group."""
    rows = [r for r in run.records if r.performance]
    rows.sort(key=lambda record: (record.group, record.clock, record.bench))
    for (group, clock), chosen in groupby(rows, key=lambda record: (record.group, record.clock)):
        chosen = without_likes(chosen)
        fig, axes = style.figure(size=(10, 2.1 + 0.34 * len(chosen)))
        for y, record in enumerate(chosen):
            _strip(axes[0][0], y, record)
        _finish_strips(axes[0][0], chosen)
        notes = ["Diamond: every sample has this value, so there is no spread and no percentile."]
        if any(not record.single for record in chosen):
            notes = [f"{notes[0]} Dots: samples, larger where several fall together; bar: median."]
        if clock == "instructions-all-cores":
            notes.append("The sum over all cores between the two marks: a path length, no latency.")
        style.frame(fig, f"All samples: {group}", run.footer, notes)
        yield group if clock != "instructions-all-cores" else f"{group}-all-cores", fig


def _strip(axes, y, record):
    if record.single:
        axes.plot(record.median, y, "D", ms=8, color=style.OURS)
        text = f"{number(record.median)} (all {len(record.samples)})"
    else:
        counts = Counter(record.samples)
        sizes = [14 + 90 * count / len(record.samples) for count in counts.values()]
        axes.scatter(list(counts), [y] * len(counts), sizes, color=style.BLUE, alpha=0.55, lw=0)
        axes.plot(record.median, y, "|", ms=17, mew=2.2, color=style.BLACK)
        text = f"median {number(record.median)} (n = {len(record.samples)})"
    last = max(record.samples)
    axes.annotate(text, (last, y), (10, 0), textcoords="offset points", va="center", size=8.5)


def _finish_strips(axes, records):
    axes.set_yticks(range(len(records)), [row_text(r) for r in records], size=8.5)
    axes.set_ylim(len(records) - 0.4, -0.6)
    axes.grid(False, axis="y")
    highest = max(max(record.samples) for record in records)
    lowest = min(min(record.samples) for record in records)
    medians = [record.median for record in records]
    if lowest > 0 and (highest > FAR * max(medians) or max(medians) > WIDE * min(medians)):
        # Outliers are never dropped; on a linear axis they would leave the rest no room.
        _logarithmic(axes)
        axes.set_xlim(0.8 * lowest, highest * (highest / lowest) ** 0.3)
        axes.set_xlabel(f"{unit_text(records[0])}, log scale")
        return
    axes.set_xlim(min(0, lowest), max(1, 1.28 * highest))
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    axes.set_xlabel(unit_text(records[0]))


def switch_and_interrupt(run):
    """(e) Context switch and interrupt latency: median, and the range where there is one."""
    panels = (("Context switch", "switch"), ("Interrupt to user level and back", "interrupt"))
    return _latencies(run, "Context switch and interrupt latency", panels)


def operations(run):
    """The other single operations: null system call, signals, faults."""
    panels = (("Null system call", "null"), ("Signals", "signal"), ("Faults", "fault"))
    return _latencies(run, "Single operations", panels)


def _latencies(run, title, panels):
    chosen, left_out = [], []
    for name, group in panels:
        records = [r for r in run.records if r.group == group and r.bench not in SWEEPS]
        good = [r for r in records if r.performance and r.clock != "instructions-all-cores"]
        left_out += [f"{title}: {r.label}: {_why(r)}" for r in records if r not in good]
        if not records:
            left_out.append(f"{title}: {group}/*: not in this run")
        for clock in dict.fromkeys(r.clock for r in good):
            chosen.append((name, [r for r in good if r.clock == clock]))
    if not chosen:
        return None, left_out
    heights = [len(records) + 1 for _, records in chosen]
    size = (10, 1.6 + 0.62 * len(chosen) + 0.36 * sum(map(len, (r for _, r in chosen))))
    fig, axes = style.figure(1, len(chosen), size, gridspec_kw={"height_ratios": heights})
    for (panel,), (name, records) in zip(axes, chosen):
        _latency_panel(panel, name, records)
        # Panels of one clock have one scale, so that their bars can be compared.
        like = [r for _, others in chosen for r in others if r.clock == records[0].clock]
        panel.set_xlim(min(0, *(min(r.samples) for r in like)), 1.4 * max(map(_whisker, like)))
    notes = [
        "Median of single shots, overhead of the empty region subtracted. Line: smallest to 99th "
        "percentile (largest when n < 100)."
    ]
    style.frame(fig, title, run.footer, notes)
    return fig, left_out


def _why(record):
    if record.performance:
        return "a sum over all cores is no latency"
    return why_not(record)


def _latency_panel(axes, name, records):
    for y, record in enumerate(records):
        axes.barh(y, record.median, color=style.OURS, height=0.62)
        text = number(record.median)
        if not record.single:
            low, high = min(record.samples), max(record.samples)
            axes.plot([low, _whisker(record)], [y, y], color=style.BLACK, lw=1.5, marker="|", ms=7)
            text += f"  ({number(low)} to {number(high)}, n = {len(record.samples)})"
        axes.annotate(
            text, (_whisker(record), y), (7, 0), textcoords="offset points", va="center", size=9
        )
    axes.set_yticks(range(len(records)), [row_text(r) for r in records], size=9)
    axes.set_ylim(len(records) - 0.4, -0.6)
    axes.grid(False, axis="y")
    axes.set_xlabel(unit_text(records[0]))
    axes.set_title(name)


def _whisker(record):
    """Where the line of a bar ends: a single far sample would make all bars stumps."""
    return max(record.median, record.get("p99") or max(record.samples), 1)


def sweeps(run):
    """What a benchmark costs as the load that it puts on the kernel grows: a panel each."""
    panels, left_out = [], []
    for bench in SWEEPS:
        records = run.select(bench)
        good = [r for r in records if r.performance]
        left_out += [f"growing load: {r.label}: {why_not(r)}" for r in records if r not in good]
        if not records:
            left_out.append(f"growing load: {bench}: not in this run")
        panels += [(bench, good)] if good else []
    if not panels:
        return None, left_out
    fig, axes = style.figure(len(panels), size=(6 * len(panels) + 1, 5.2))
    for panel, (bench, records) in zip(axes[0], panels):
        _load_panel(panel, bench, records)
    notes = ["Median of single shots, overhead of the empty region subtracted."]
    style.frame(fig, "Growing load", run.footer, notes)
    return fig, left_out


def _load_panel(axes, bench, records):
    grows = SWEEPS[bench]
    lines = {}
    for record in sorted(records, key=lambda record: record.params[grows]):
        rest = params_text({k: v for k, v in record.params.items() if k != grows})
        lines.setdefault(rest, []).append((record.params[grows], record.median))
    for (rest, points), colour in zip(lines.items(), (style.BLUE, style.GREEN, style.PURPLE)):
        axes.plot(*zip(*points), "-o", ms=6.5, color=colour, label=rest)
        text = number(points[-1][1])
        place = {"xytext": (0, 7), "textcoords": "offset points", "ha": "right", "size": 9}
        axes.annotate(text, points[-1], **place)
    loads = sorted({record.params[grows] for record in records})
    axes.set_xticks([x for x in loads if x == loads[0] or x - loads[0] > loads[-1] / 30])
    axes.set_xlabel(grows)
    axes.set_ylabel(unit_text(records[0]).replace(" (", "\n("))
    axes.set_ylim(0, 1.15 * max(record.median for record in records))
    axes.set_title(f"{bench}, {records[0].direction}")
    if any(lines):
        axes.legend(loc="upper left")


def across_cores(run):
    """Work of each core on the path of cross/*, from the tracer: lengths of path, no latency."""
    records = [r for r in run.records if r.group == "cross"]
    good = [r for r in records if r.status == "ok" and r.get("cores")]
    left_out = [f"across cores: {r.label}: {_why_no_cores(r)}" for r in records if r not in good]
    if not records:
        left_out.append("across cores: cross/*: not in this run")
    if not good:
        return None, left_out
    rows = [(r, core) for r in without_likes(good) for core in r.get("cores")]
    fig, axes = style.figure(size=(10, 2.1 + 0.36 * len(rows)))
    panel = axes[0][0]
    for y, (_, core) in enumerate(rows):
        panel.barh(y, core["kernel"], color=style.BLUE, height=0.66)
        panel.barh(y, core["user"], left=core["kernel"], color=style.SKY, height=0.66)
        text = f"  {core['kernel']} + {core['user']}"
        panel.text(core["kernel"] + core["user"], y, text, va="center", size=9)
    names = [f"{row_text(record)}: {_core_text(record, core)}" for record, core in rows]
    panel.set_yticks(range(len(rows)), names, size=9)
    panel.set_ylim(len(rows) - 0.4, -0.6)
    panel.margins(x=0.12)
    panel.grid(False, axis="y")
    panel.set_xlabel("instructions (by the tracer, each core counted for itself)")
    panel.set_title("Kernel (dark) + user (light)")
    notes = ["Lengths of the paths on each core. The cores may overlap: this is no latency."]
    style.frame(fig, "To another core and back", run.footer, notes)
    return fig, left_out


def _core_text(record, core):
    """The core's number, unless the row stands for several other cores."""
    several = isinstance(record.params.get("core"), str) and core["core"] != 0
    return "on that core" if several else f"on core {core['core']}"


def _why_no_cores(record):
    return why_not(record) if record.status != "ok" else record.why_no_kernel


def _cycles_axis(axes, title):
    axes.set_yscale("log")
    axes.set_ylim(20, 3500)
    axes.set_yticks([25, 50, 100, 200, 500, 1000, 2000])
    axes.yaxis.set_major_formatter(ScalarFormatter())
    axes.yaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_locator(MaxNLocator(7, integer=True))
    axes.set_xlabel("year of the figure")
    axes.set_title(title)


def _logarithmic(axes):
    """A logarithmic x axis whose ticks are plain numbers."""
    axes.set_xscale("log")
    axes.set_xticks([step * 10**power for power in range(10) for step in (1, 2, 5)])
    axes.xaxis.set_major_formatter(ScalarFormatter())
    axes.xaxis.get_major_formatter().set_scientific(False)
    axes.xaxis.set_minor_locator(NullLocator())


def _dot(label, colour, fill="full"):
    options = {"markerfacecoloralt": "white", "fillstyle": fill, "label": label}
    return Line2D([], [], ls="", marker="o", ms=8, color=colour, **options)


def _short(cpu):
    """A processor's name without the brackets after it."""
    return cpu.partition(" (")[0]


def _is_page(row, step):
    same = row.series == "sel4-page" and row.system == "seL4"
    return same and row.benchmark.startswith(f"ipc {step} same-core cross-AS 0 words")


def _page_key(row, step):
    return row.year, row.cpu, row.benchmark.replace(f"ipc {step}", "ipc")


def _is_l4re(row):
    return row.series == "l4re" and row.benchmark.startswith("ipc same-core cross-AS 0 words")
