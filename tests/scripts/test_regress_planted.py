# Changes planted in a copy of the tree, built and booted: regress and compare must find them.
# SPDX-License-Identifier: BSD-2-Clause

import json
import shutil
import subprocess

import pytest

from rendezvous.suite.style import files
from rendezvous.tree import ROOT

SECONDS = 300
NO_RETURN = "    /* ---- point of no return ---- */\n"
NOPS = 7


def rdv(tree, *words):
    return subprocess.run(
        [tree / "scripts/rdv", *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )


def edit(path, old, new):
    text = path.read_text()
    assert old in text, f"{path} has no longer: {old}"
    path.write_text(text.replace(old, new, 1))


@pytest.fixture
def tree(tmp_path):
    """A copy of the tree as it is, without builds, runs and history."""
    copy = tmp_path / "tree"
    for path in files():
        target = copy / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return copy


@pytest.mark.slow
def test_one_instruction_more_in_the_call_path(tree):
    done = rdv(tree, "regress", "--cores", "1", "--accept", "--reason", "before")
    assert done.returncode == 0, done.stderr
    same = rdv(tree, "regress", "--cores", "1", "--run", "latest")
    assert same.returncode == 0 and "No regression" in same.stdout, same.stdout + same.stderr
    edit(tree / "kernel/fastpath.c", NO_RETURN, NO_RETURN + '    __asm__ volatile("nop");\n')
    done = rdv(tree, "regress", "--cores", "1", "--json")
    assert done.returncode == 1, done.stderr
    said = json.loads(done.stdout)
    assert said["grown"]["fastpath_call"]["by"] == 1
    calls = [row for row in said["changes"] if row["bench"] == "ipc/call"]
    assert calls and {row["b"] - row["a"] for row in calls} == {1}
    assert all(list(row["functions"]) == ["fastpath_call"] for row in calls)


@pytest.mark.slow
def test_a_variant_slower_by_a_known_amount(tree):
    slow = tree / "kernel/axes/queue/slow"
    shutil.copytree(tree / "kernel/axes/queue/benno", slow)
    head = "queue_yield(struct run_queue *queue, struct thread *thread)\n{\n"
    edit(
        slow / "queue_policy.h", head, head + f'    __asm__ volatile(".rept {NOPS}; nop; .endr");\n'
    )
    edit(tree / "kernel/axes/axes.json", '["benno", "lazy"]', '["benno", "lazy", "slow"]')
    words = ["--filter", "switch/yield", "--cores", "1", "--no-plots", "--json", "--exit-code"]
    done = rdv(tree, "compare", "benno", "slow", *words)
    assert done.returncode == 1, done.stderr
    rows = json.loads(done.stdout)[0]["rows"]
    assert rows and {row["b"] - row["a"] for row in rows} == {NOPS}
    assert {row["verdict"] for row in rows} == {"more"}
