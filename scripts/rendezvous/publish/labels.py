# Where the labels of a scatter plot go, so that none covers another; for matplotlib and gnuplot.
# SPDX-License-Identifier: BSD-2-Clause

REACH = 6.5  # how far a label stretches to the right, in years
CLOSE = 1.33  # the ratio of two values below which their labels share a line


def goes_left(x, y, points):
    """Whether a label at (x, y) would run into a point to its right, and so goes to its left."""
    return any(x < px <= x + REACH and 1 / CLOSE < py / y < CLOSE for px, py in points)


def apart(values, gap):
    """The values, moved as little as makes them `gap` apart, in their order."""
    order = sorted(range(len(values)), key=lambda index: (values[index], index))
    places = [values[index] for index in order]
    for _ in range(100):
        for low in range(len(places) - 1):
            missing = gap - (places[low + 1] - places[low])
            if missing > 0:
                places[low] -= missing / 2
                places[low + 1] += missing / 2
    moved = dict(zip(order, places))
    return [moved[index] for index in range(len(values))]
