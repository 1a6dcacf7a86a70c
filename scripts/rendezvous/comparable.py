# Which environments may stand side by side: what is compared may differ, nothing else.
# SPDX-License-Identifier: BSD-2-Clause

from rendezvous.axes import read_axes
from rendezvous.problem import Problem

SUBJECTS = ("variant", "commit")  # at most one of them at a time
MACHINE = ("cpu", "cores", "features", "memory_mib")  # tsc_hz is calibrated, so never the same


def without_filter(arguments):
    """The filter only chooses benchmarks; the others choose how they run."""
    return " ".join(word for word in arguments.split() if not word.startswith("filter="))


def chosen(environment):
    """Choices other than the defaults; an axis that a commit does not have is at its default."""
    defaults = {f"{axis.name}={axis.default}" for axis in read_axes()}
    return ",".join(c for c in environment["variant"].split(",") if c not in defaults) or "default"


def fields(environment):
    """What a number depends on, by the name that a person is told."""
    machine, host = environment["machine"], environment["host"]
    found = {"clock": environment["clock"], "variant": chosen(environment)}
    found |= {f"machine.{name}": machine.get(name) for name in MACHINE}
    found |= {f"emulator.{n}": environment["emulator"][n] for n in ("name", "version", "accel")}
    found |= {f"compiler.{name}": environment["compiler"][name] for name in ("name", "version")}
    found["arguments"] = without_filter(environment["arguments"])
    found["commit"] = environment["commit"]
    if environment["clock"] != "instructions":
        found |= {"host.cpu": host["cpu"], "host.kernel": host["kernel"]}
    return found


def differences(one, two):
    """Names and both values of the fields that differ."""
    a, b = fields(one), fields(two)
    names = dict.fromkeys([*a, *b])
    return {name: (a.get(name), b.get(name)) for name in names if a.get(name) != b.get(name)}


def is_allowed(name, across):
    return any(name == field or name.startswith(field + ".") for field in across)


def check(one, two, across=()):
    """Refuses sides that differ in more than what is compared; gives the fields that may."""
    found = differences(one, two)
    wrong = {name: pair for name, pair in found.items() if not is_allowed(name, across)}
    subjects = [name for name in SUBJECTS if name in wrong]
    if len(subjects) == 1:
        wrong.pop(subjects[0])
    if wrong:
        width = max(map(len, wrong))
        lines = "\n".join(f"  {name:{width}}  A: {a}\n  {'':{width}}  B: {b}"
                          for name, (a, b) in wrong.items())  # fmt: skip
        raise Problem(
            f"These two cannot be compared; they differ in:\n{lines}",
            "One thing can be compared at a time, with all else the same. Measure both sides "
            "here,\nor name a field that is meant to differ: "
            f"--across {[*wrong][-1].partition('.')[0]}",
        )
    return list(found)
