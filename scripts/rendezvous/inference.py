# What samples of two sides say: interval, significance, effect, outliers. docs/statistics.md.
# SPDX-License-Identifier: BSD-2-Clause
#
# scipy takes a second to load, and counted runs do without it: it is imported where it is used.

import warnings
from dataclasses import dataclass

import numpy

CONFIDENCE = 0.99
RESAMPLES = 1999
SEED = 20031  # the same samples give the same interval
MILD, SEVERE = 1.5, 3.0  # Tukey's fences, in interquartile ranges


@dataclass(frozen=True)
class Interval:
    """A confidence interval of a ratio, and how it was found."""

    low: float
    high: float
    method: str


@dataclass(frozen=True)
class Effect:
    """How far two samples lie apart, whatever their units."""

    p: float  # Mann-Whitney, two sides
    superiority: float  # the chance that a sample of B is greater than one of A; ties count half
    delta: float  # Cliff's: -1 all of B below A, 0 no shift, 1 all above


def ratio_of_medians(a, b, axis=-1):
    return numpy.median(b, axis=axis) / numpy.median(a, axis=axis)


def bootstrap(a, b, method):
    from scipy.stats import bootstrap as resample

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a degenerate interval is NaN, which the caller sees
        found = resample(
            (numpy.asarray(a, float), numpy.asarray(b, float)),
            ratio_of_medians,
            vectorized=True,
            paired=False,
            method=method,
            confidence_level=CONFIDENCE,
            n_resamples=RESAMPLES,
            batch=200,
            random_state=SEED,
        ).confidence_interval
    return Interval(float(found.low), float(found.high), method)


def interval(a, b):
    """Of the ratio of medians, B over A: BCa, or by percentiles where that has no answer."""
    if len(set(a)) == 1 and len(set(b)) == 1:
        only = b[0] / a[0]
        return Interval(only, only, "constant")
    if min(len(a), len(b)) < 2:
        return None
    found = bootstrap(a, b, "BCa")
    if found.low != found.low:
        found = bootstrap(a, b, "percentile")
    return found


def effect(a, b):
    from scipy.stats import mannwhitneyu

    test = mannwhitneyu(b, a, alternative="two-sided")
    superiority = float(test.statistic) / (len(a) * len(b))
    return Effect(float(test.pvalue), superiority, 2 * superiority - 1)


def holm(values):
    """p values adjusted for being several (Holm's step-down), in their order."""
    order = sorted(range(len(values)), key=values.__getitem__)
    adjusted, highest = [0.0] * len(values), 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, values[index] * (len(values) - rank)))
        adjusted[index] = highest
    return adjusted


def outliers(samples):
    """How many lie beyond Tukey's fences. They are told, and stay in the sample."""
    low, high = numpy.percentile(samples, [25, 75])
    away = numpy.maximum(low - numpy.asarray(samples), numpy.asarray(samples) - high)
    severe = int(numpy.sum(away > SEVERE * (high - low)))
    return {"mild": int(numpy.sum(away > MILD * (high - low))) - severe, "severe": severe}
