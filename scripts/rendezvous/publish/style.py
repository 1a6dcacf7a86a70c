# How all plots look, and how a figure becomes an SVG and a PNG file that are the same every time.
# SPDX-License-Identifier: BSD-2-Clause

import textwrap

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt  # noqa: E402

from rendezvous.publish.labels import apart, goes_left  # noqa: E402

# Okabe and Ito's colours, which are told apart by colour-blind readers too.
BLUE, ORANGE, GREEN, RED = "#0072b2", "#e69f00", "#009e73", "#d55e00"
PURPLE, SKY, BLACK, GREY = "#cc79a7", "#56b4e9", "#222222", "#8a8a8a"
OURS, OURS_LIGHT = RED, "#f0a878"

SETTINGS = {
    "svg.hashsalt": "rendezvous",
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": "#e4e4e4",
    "legend.frameon": False,
    "legend.fontsize": 9,
    "figure.dpi": 100,
    "savefig.dpi": 150,
}
UNDATED = {"svg": {"Date": None, "Creator": None}, "png": {"Software": None}}

plt.rcParams.update(SETTINGS)


def figure(columns=1, rows=1, size=(9, 5), **options):
    """A figure and its axes by row and column; write() forgets it."""
    return plt.subplots(rows, columns, figsize=size, squeeze=False, **options)


def frame(fig, title, footer, notes=()):
    """Titles the figure, puts notes and footer under it, and gives the axes the rest."""
    width, height = fig.get_size_inches()
    lines = [line for note in notes for line in textwrap.wrap(note, int(width * 15.5))]
    source = textwrap.wrap(footer, int(width * 15.5))
    foot = 0.13 * (len(lines) + len(source)) + 0.12
    fig.text(0.012, 1 - 0.1 / height, title, ha="left", va="top", size=14, weight="bold")
    fig.text(
        0.012, (foot - 0.04) / height, "\n".join([*lines, *source]), size=7.5, color="#555555",
        ha="left", va="top", linespacing=1.15,
    )  # fmt: skip
    fig.tight_layout(rect=(0, foot / height, 1, 1 - 0.42 / height))


def write(fig, stem):
    """Writes stem.svg and stem.png and returns their paths."""
    paths = [stem.with_name(f"{stem.name}.{kind}") for kind in UNDATED]
    for path, metadata in zip(paths, UNDATED.values()):
        fig.savefig(path, metadata=metadata)
    plt.close(fig)
    return paths


def spread_labels(axes, labels, gap=11):
    """Writes (x, y, text) beside their points, at least `gap` points from each other.

    Called after frame(), as moving the axes moves the points.
    """
    points = [(x, y) for x, y, _ in labels]
    for column in sorted({x for x, _ in points}):
        chosen = [label for label in labels if label[0] == column]
        pixels = [axes.transData.transform((x, y))[1] for x, y, _ in chosen]
        real = [72 * pixel / axes.figure.dpi for pixel in pixels]
        for (x, y, text), place, own in zip(chosen, apart(real, gap), real):
            left = goes_left(x, y, points)
            axes.annotate(
                text, (x, y), (-9 if left else 9, place - own), textcoords="offset points",
                ha="right" if left else "left", va="center", size=8.5,
            )  # fmt: skip
