# rdv bisect: finds the commit that changed a number, in a repository made up for it.
# SPDX-License-Identifier: BSD-2-Clause

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from rendezvous.tree import ROOT

IDENTITY = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
NUMBERS = ["200", "200", "200", "broken", "205", "205"]
FAKE = Path(__file__).with_name("fake_bench.py")


def git(folder, *words):
    command = ["git", "-C", str(folder), *IDENTITY, *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repository(tmp_path):
    """A commit for each number; gives the folder and the commits' names."""
    folder = tmp_path / "a tree"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "scripts", folder / "scripts", ignore=ignored)
    (folder / "kernel/axes").mkdir(parents=True)
    shutil.copy(ROOT / "kernel/axes/axes.json", folder / "kernel/axes")
    bench = f'#!/bin/sh\nexec "{FAKE}" "$(dirname "$0")/.." "$@"\n'
    (folder / "scripts/bench").write_text(bench)
    (folder / ".gitignore").write_text("/build/\n__pycache__/\n")
    git(folder.parent, "init", "--quiet", str(folder))
    commits = []
    for index, number in enumerate(NUMBERS):
        (folder / "number").write_text(number)
        (folder / "index").write_text(str(index))
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--message", f"Commit {index}")
        commits.append(git(folder, "rev-parse", "HEAD"))
    return folder, commits


def bisect(folder, *words):
    command = [folder / "scripts/rdv", "bisect", "ipc/call", *words]
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120
    )


@pytest.mark.slow
def test_no_change_and_the_tree_is_left_alone(repository):
    folder, commits = repository
    (folder / "number").write_text("an edit that is not committed")
    done = bisect(folder, "--good", commits[0], "--bad", commits[2])
    assert done.returncode == 3 and "has the same numbers at" in done.stderr
    assert git(folder, "rev-parse", "HEAD") == commits[-1]
    assert (folder / "number").read_text().startswith("an edit")


@pytest.mark.slow
def test_a_commit_that_cannot_be_built_is_skipped(repository):
    folder, commits = repository
    done = bisect(folder, "--good", commits[0], "--json")
    assert done.returncode == 3 and "only" in done.stderr
    assert commits[3] in done.stderr and commits[4] in done.stderr


@pytest.mark.slow
def test_the_commit_is_found_and_its_functions_named(repository):
    folder, commits = repository
    (folder / "number").write_text("211")
    git(folder, "commit", "--quiet", "--all", "--message", "Grow")
    (folder / "index").write_text("last")
    git(folder, "commit", "--quiet", "--all", "--message", "Last")
    done = bisect(folder, "--good", commits[4], "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["subject"].endswith("Grow")
    assert "205 to 211" in said["changes"][0]
    assert "fastpath_call" in said["changes"][1]


@pytest.mark.slow
def test_no_such_commit(repository):
    done = bisect(repository[0], "--good", "no-such")
    assert done.returncode == 2 and "no such commit" in done.stderr
