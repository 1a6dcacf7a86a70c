# Figures of a list of samples: integers stay integers.
# SPDX-License-Identifier: BSD-2-Clause

import numpy

ENOUGH_FOR_P99 = 100


def quantile(samples, percent):
    """A sample that was measured, never one between two of them."""
    return int(numpy.percentile(samples, percent, method="inverted_cdf"))


def median(samples):
    return quantile(samples, 50)


def mean(samples):
    """Rounded to the decimals that n integers can support: one for each factor of ten."""
    return round(float(numpy.mean(samples)), len(str(len(samples))) - 1)


def summary(samples):
    """n, min, median, p99, max and mean; all null where there are no samples."""
    if not samples:
        return {"n": 0, **dict.fromkeys(("min", "median", "p99", "max", "mean"))}
    low, high = min(samples), max(samples)
    tail = low != high and len(samples) >= ENOUGH_FOR_P99
    return {
        "n": len(samples),
        "min": low,
        "median": median(samples),
        "p99": quantile(samples, 99) if tail else None,
        "max": high,
        "mean": mean(samples),
    }
