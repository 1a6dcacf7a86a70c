# Few variants in which any two choices of different axes that go together do meet.
# SPDX-License-Identifier: BSD-2-Clause
#
# By hand and not by a library such as allpairspy: that one can miss pairs where choices exclude
# each other. All variants are looked at; for ten axes that is still a moment.

from itertools import combinations, product

from rendezvous.axes import conflicts


def legal_variants(axes):
    """All that can be built, each with a choice for every axis; the defaults first."""
    names = [axis.name for axis in axes]
    choices = [sorted(axis.choices, key=lambda choice: choice != axis.default) for axis in axes]
    variants = [dict(zip(names, row)) for row in product(*choices)]
    return [variant for variant in variants if not any(conflicts(variant, axes))]


def pairwise(axes):
    """Of those as few as a greedy choice needs to meet every pair that any of them has."""
    variants = legal_variants(axes)
    meets = [set(combinations(variant.items(), min(2, len(axes)))) for variant in variants]
    missing, chosen = set().union(*meets), []
    while missing:
        best = max(range(len(variants)), key=lambda index: len(meets[index] & missing))
        missing -= meets[best]
        chosen.append(variants[best])
    return chosen
