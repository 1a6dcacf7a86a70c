# The sides of a comparison: a variant, a commit or a stored run, each giving run directories.
# SPDX-License-Identifier: BSD-2-Clause

from dataclasses import dataclass, replace

from rendezvous import axes, stored, worktree
from rendezvous.measure import measure
from rendezvous.problem import Problem

KINDS = """A side is one of:
  AXIS=CHOICE[,…]  a variant, built on demand; `default` is all defaults, and the choice alone
                   will do where only one axis has it
  RUN              a stored run: its folder, its name in results/, or latest
  COMMIT           a commit, branch or tag, built and measured in a folder below build/"""


@dataclass(frozen=True)
class Variant:
    """Measured in this tree."""

    name: str
    words: tuple

    def run(self, wish, console, quiet):
        wish = replace(wish, variant=(*wish.variant, *self.words), plots=False)
        return measure(wish, console, quiet)[0]


@dataclass(frozen=True)
class Commit:
    """Measured in a tree of its own by its own scripts."""

    name: str
    commit: str

    def run(self, wish, console, quiet):
        folder = worktree.check_out(self.commit)
        if quiet:
            return worktree.measure_in(folder, wish)
        with console.status(f"Building and measuring {self.name} in {folder} …"):
            return worktree.measure_in(folder, wish)


@dataclass(frozen=True)
class Stored:
    """Measured before."""

    name: str
    folder: object

    def run(self, wish, console, quiet):
        return self.folder


def bare_choice(word, table):
    """`lazy` as queue=lazy, where one axis has that choice and no other."""
    found = [f"{axis.name}={word}" for axis in table if word in axis.choices]
    return found[0] if len(found) == 1 else None


def is_stored(word):
    try:
        return stored.find_run(word)
    except Problem:
        return None


def parse(word):
    """The side that a person named."""
    table = axes.read_axes()
    if "=" in word:
        axes.choose([word], table)
        return Variant(word, (word,))
    if word == "default":
        return Variant(word, ())
    folder = is_stored(word)
    if folder:
        return Stored(folder.name, folder)
    choice = bare_choice(word, table)
    if choice:
        return Variant(choice, (choice,))
    commit = worktree.resolve(word)
    if commit:
        return Commit(f"{word} ({commit[:10]})" if not commit.startswith(word) else word, commit)
    raise Problem(f"'{word}' is no variant, run or commit", f"{KINDS}\n{axes.known(table)}")


def measure_sides(sides, wish, console, quiet):
    """Runs of all sides, interleaved (A B A B …), so that a drift meets all alike."""
    runs = [[] for _ in sides]
    live = [side for side in sides if not isinstance(side, Stored)]
    rounds = wish.repetitions if live else 1
    for number in range(rounds):
        for index, side in enumerate(sides):
            if isinstance(side, Stored) and number:
                continue
            if not quiet and side in live:
                console.print(f"{side.name}: {number + 1} of {rounds}", markup=False)
            output = wish.output / f"{'abcdefgh'[index]}-{number + 1}"
            once = replace(wish, repetitions=1, output=output)
            runs[index].append(stored.load(side.run(once, console, quiet)))
    return runs
