# The design choices: reads the table kernel/axes/axes.json and variants such as queue=lazy.
# SPDX-License-Identifier: BSD-2-Clause

import json
from dataclasses import dataclass, field

from rendezvous.problem import Problem
from rendezvous.tree import AXES


@dataclass(frozen=True)
class Axis:
    """A question that has several answers, one of which is built in."""

    name: str
    choices: list
    default: str
    lesson: str
    benchmarks: list
    leaves_fast_path: tuple = ()  # choices with which IPC is never on the fast path
    shown_by: tuple = ("instructions", "instructions-all-cores", "cycles")  # clocks that see it
    requires: dict = field(default_factory=dict)  # choice: words of which each must hold
    excludes: dict = field(default_factory=dict)  # choice: words of which none may hold


REQUIRED = ("name", "choices", "default", "lesson", "benchmarks")
OPTIONAL = {"leaves_fast_path": tuple, "shown_by": tuple, "requires": dict, "excludes": dict}


def read_axis(row):
    given = {name: kind(row[name]) for name, kind in OPTIONAL.items() if name in row}
    return Axis(*(row[name] for name in REQUIRED), **given)


def read_axes(path=AXES):
    try:
        return [read_axis(row) for row in json.loads(path.read_text())["axes"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Problem(f"{path}: the table of axes cannot be read: {error!r}") from error


def known(axes):
    return "\n".join(f"  {a.name} = {' | '.join(a.choices)} (default {a.default})" for a in axes)


def choose(words, axes):
    """From ["queue=lazy"] to every axis with its choice; axes not named have their default."""
    by_name = {axis.name: axis for axis in axes}
    named = {}
    for word in (part for text in words for part in text.split(",") if part):
        name, _, choice = word.partition("=")
        if name not in by_name:
            raise Problem(f"unknown axis '{name}' in '{word}'", f"The axes are:\n{known(axes)}")
        if choice not in by_name[name].choices:
            raise Problem(
                f"unknown choice '{choice}' in '{word}'", f"The choices are:\n{known(axes)}"
            )
        if named.setdefault(name, choice) != choice:
            raise Problem(f"{name} has two choices: {named[name]} and {choice}", "Name one.")
    chosen = {axis.name: named.get(axis.name, axis.default) for axis in axes}
    for conflict in conflicts(chosen, axes):
        raise Problem(conflict)
    return chosen


def conflicts(variant, axes):
    """Why these choices cannot be built together; nothing when they can. Axes may be missing."""
    for axis in axes:
        choice = variant.get(axis.name)
        for word in axis.requires.get(choice, ()):
            name, _, needed = word.partition("=")
            if variant.get(name, needed) != needed:
                yield f"{axis.name}={choice} needs {word}, not {name}={variant[name]}"
        for word in axis.excludes.get(choice, ()):
            name, _, unfit = word.partition("=")
            if variant.get(name) == unfit:
                yield f"{axis.name}={choice} cannot be built with {word}"


def describe(variant):
    """As the guest's header says it: queue=benno,…"""
    return ",".join(f"{name}={choice}" for name, choice in variant.items())


def differences(variant, axes):
    """Only the choices that are not the default, for names of folders and runs."""
    return [f"{a.name}-{variant[a.name]}" for a in axes if variant[a.name] != a.default]
