# The plot of a comparison: a ratio with its interval for each benchmark, a panel for each clock.
# SPDX-License-Identifier: BSD-2-Clause

from rendezvous.compare_view import verdict
from rendezvous.judge import CANNOT_TELL, LESS, MORE
from rendezvous.publish import style
from rendezvous.publish.run import params_text
from rendezvous.table import CLOCKS

COLOURS = {LESS: style.GREEN, MORE: style.RED, CANNOT_TELL: style.ORANGE}
ROW_INCHES = 0.19
FAR = 1.5


def label(row):
    return "  ".join(filter(None, [row.bench, params_text(row.params), row.direction]))


def points(axes, rows, off):
    """The ratios, with the fast path off as hollow points behind them."""
    for place, row in enumerate(rows):
        colour = COLOURS.get(row.verdict, style.GREY)
        other = off.get((row.bench, str(row.params), row.direction))
        if other and other.ratio is not None:
            axes.plot(other.ratio, place, "o", mfc="none", mec=style.BLUE, ms=8)
        if row.low is not None:
            axes.plot(
                [row.low, row.high], [place, place], color=colour, lw=2, solid_capstyle="butt"
            )
        axes.plot(row.ratio, place, "o", color=colour, ms=5)
        text = f"{row.a:,} to {row.b:,}" if row.a != row.b else f"{row.a:,}"
        axes.annotate(
            text, (1.01, place), xycoords=("axes fraction", "data"), va="center", size=7.5
        )


def panel(axes, comparison, clock, rows):
    off = {(r.bench, str(r.params), r.direction): r for r in comparison.off_rows}
    if any(row.p is not None for row in rows):
        low, high = 1 / (1 + comparison.threshold), 1 + comparison.threshold
        axes.axvspan(low, high, color="#f0f0f0", label="threshold")
    axes.axvline(1, color=style.BLACK, lw=1)
    points(axes, rows, off)
    axes.set_yticks(range(len(rows)), [label(row) for row in rows], size=8)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    scale(axes, [edge for row in rows for edge in edges(row, off)])
    axes.tick_params(axis="x", labelsize=8)
    axes.set_title(f"clock {clock}", size=9)
    axes.set_xlabel(f"B / A, ratio of medians in {rows[0].unit}")


def scale(axes, values):
    """As far to the left as to the right; by factors where one side is much greater."""
    most = max([max(value, 1 / value) for value in values if value > 0] + [1.01])
    if most > FAR:
        axes.set_xscale("log", base=2)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set_xlim(most**-1.1, most**1.1)


def edges(row, off):
    other = off.get((row.bench, str(row.params), row.direction))
    values = [row.ratio, row.low, row.high, other.ratio if other else None]
    return [value for value in values if value is not None]


def legend(axes, rows, off):
    """A word for each colour that is there."""
    entries = {verdict(r): COLOURS.get(r.verdict, style.GREY) for r in rows}
    handles = [axes.plot([], [], "o", color=c, ms=5, label=word)[0] for word, c in entries.items()]
    if off:
        hollow = {"mfc": "none", "mec": style.BLUE, "ms": 8}
        handles += axes.plot([], [], "o", **hollow, label="fast path off on both sides")
    below_title = 1 - 0.24 / axes.figure.get_size_inches()[1]
    axes.figure.legend(
        handles=handles, loc="upper right", bbox_to_anchor=(1, below_title), ncols=len(handles)
    )


def draw(stem, comparison, rows):
    """Writes the plot as SVG and PNG; gives their paths."""
    clocks = [clock for clock in CLOCKS if any(row.clock == clock for row in rows)]
    parts = [[row for row in rows if row.clock == clock] for clock in clocks]
    heights = [len(part) + 4 for part in parts]
    fig, axes = style.figure(
        rows=len(parts), size=(9, ROW_INCHES * sum(heights) + 1.2), height_ratios=heights
    )
    for at, clock, part in zip(axes[:, 0], clocks, parts):
        panel(at, comparison, clock, part)
    legend(axes[0, 0], rows, comparison.off_rows)
    title = f"A: {comparison.a}     B: {comparison.b}"
    style.frame(fig, title, comparison.footer, [f"{note}" for note in comparison.notes])
    return style.write(fig, stem)
