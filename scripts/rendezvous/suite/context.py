# What the parts of the suite share: builds, made once, and a folder for what they write.
# SPDX-License-Identifier: BSD-2-Clause

from dataclasses import dataclass, field
from pathlib import Path

from rendezvous import axes
from rendezvous.build import build
from rendezvous.pairs import pairwise


@dataclass
class Context:
    """`quick` leaves out what takes long, `long` adds what takes very long."""

    folder: Path
    quick: bool = False
    long: bool = False
    builds: dict = field(default_factory=dict)

    def build(self, compiler="gcc", *words):
        """The build of a variant; a second call gives the same one."""
        key = compiler, words
        if key not in self.builds:
            table = axes.read_axes()
            self.builds[key] = build(axes.choose(words, table), compiler, table)
        return self.builds[key]

    def variants(self):
        """Words for every choice of every axis, each alone; the first is all defaults."""
        changes = [
            (f"{axis.name}={choice}",)
            for axis in axes.read_axes()
            for choice in axis.choices
            if choice != axis.default
        ]
        return [(), *changes]

    def combinations(self):
        """Words for variants in which any two choices of different axes meet."""
        return [(axes.describe(variant),) for variant in pairwise(axes.read_axes())]
