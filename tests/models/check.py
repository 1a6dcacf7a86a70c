#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Checks the protocol models with SPIN, whole or with a crucial step removed."""

import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import click

MODELS = Path(__file__).parent
SECONDS, MEGABYTES, DEPTH = 120, 4000, 1000000

# For gcc and for the verifier that it makes.
SEARCHES = {
    "safety": (["-DSAFETY"], []),
    "fair": (["-DNFAIR=4"], ["-a", "-f"]),  # liveness, too, if no core stops for ever
}


class Broken(Exception):
    """The check itself could not be done."""


@dataclass(frozen=True)
class Outcome:
    """`error` is what was violated, or empty; `trail` is how the model got there."""

    error: str
    states: int
    trail: str = ""


@dataclass(frozen=True)
class Model:
    path: Path

    @property
    def name(self):
        return self.path.stem

    def fields(self, key):
        """What the header says after `key:`, all lines of it."""
        return re.findall(rf"^ \* {key}: (.*)$", self.path.read_text(), re.MULTILINE)

    @property
    def text(self):
        """The model with what it includes."""
        text = self.path.read_text()
        included = re.findall(r'^#include "(.*)"$', text, re.MULTILINE)
        return text + "".join((MODELS / name).read_text() for name in included)

    @property
    def breaks(self):
        """The steps that can be removed, by the macro that does it."""
        return re.findall(r"^ \* (BREAK_[A-Z]+) ", self.path.read_text(), re.MULTILINE)

    @property
    def scenes(self):
        return " ".join(self.fields("Scenes")).split() or [None]

    @property
    def search(self):
        (name,) = self.fields("Search")
        return SEARCHES[name]

    @property
    def modelled(self):
        """Pairs of a file of the kernel and a function in it."""
        lines = (line.split(": ") for line in self.fields("Models"))
        return [(path, function) for path, names in lines for function in names.split()]


def models():
    return [Model(path) for path in sorted(MODELS.glob("*.pml"))]


def run(words, folder, what):
    """The output of a command that has to succeed."""
    done = subprocess.run(
        ["timeout", "-k", "1", str(SECONDS), *words],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise Broken(f"{what} failed (status {done.returncode}):\n{done.stdout[-2000:]}")
    return done.stdout


def check_scene(model, scene, removed=None):
    """Searches all states of one scene, until something is violated."""
    compile_flags, run_flags = model.search
    defines = [f"-D{name}" for name in (scene, removed) if name]
    with tempfile.TemporaryDirectory(prefix="rendezvous-model-") as folder:
        run(["spin", "-a", *defines, model.path], folder, "spin")
        limits = [f"-DMEMLIM={MEGABYTES}"]
        run(["gcc", "-O1", "-w", *compile_flags, *limits, "-o", "pan", "pan.c"], folder, "gcc")
        text = run(["./pan", f"-m{DEPTH}", *run_flags], folder, "the search")
        errors = re.search(r"errors: (\d+)", text)
        if not errors or "Search not completed" in text and errors[1] == "0":
            raise Broken(f"the search was not exhaustive:\n{text[-2000:]}")
        states = int(re.search(r"(\d+) states, stored", text)[1])
        if errors[1] == "0":
            return Outcome("", states)
        trail = run(
            ["spin", "-k", f"{model.path.name}.trail", "-t", "-p", *defines, model.path],
            folder,
            "the replay",
        )
        error = re.search(r"pan:1: (.*)", text)[1]
        return Outcome(error, states, trail)


def check(model, removed=None):
    """All scenes, until something is violated."""
    states = 0
    for scene in model.scenes:
        outcome = check_scene(model, scene, removed)
        states += outcome.states
        if outcome.error:
            break
    return Outcome(outcome.error, states, outcome.trail)


def named(name):
    for model in models():
        if model.name == name:
            return model
    known = ", ".join(model.name for model in models())
    raise click.UsageError(f"there is no model '{name}'. The models are: {known}")


@click.command(help=__doc__, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("names", nargs=-1, metavar="[MODEL]...")
@click.option("--remove", metavar="BREAK", help="Remove this step; the model's header lists them.")
@click.option("--trail", is_flag=True, help="Show the steps that lead to the violation.")
def main(names, remove, trail):
    failed = False
    for model in [named(name) for name in names] or models():
        if remove and remove not in model.breaks:
            known = ", ".join(model.breaks)
            raise click.UsageError(f"{model.name} has no '{remove}'. It has: {known}")
        try:
            outcome = check(model, remove)
        except Broken as broken:
            raise click.ClickException(f"{model.name}: {broken}")
        failed = failed or bool(outcome.error)
        click.echo(f"{model.name:10} {outcome.states:9} states  {outcome.error or 'holds'}")
        if trail:
            click.echo(outcome.trail)
    raise SystemExit(failed)


if __name__ == "__main__":
    main()
