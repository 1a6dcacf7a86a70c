# scripts/rdv as a person meets it: its statuses, its completion, and root tasks from elsewhere.
# SPDX-License-Identifier: BSD-2-Clause

import json
import os
import subprocess

import click
import pytest
from click.testing import CliRunner

from lab_runs import COUNT, record, write_run
from rendezvous import axes, debug, root
from rendezvous.build import Build, build
from rendezvous.command import rdv_command
from rendezvous.options import start
from rendezvous.problem import Problem
from rendezvous.tree import ROOT

COMMANDS = "bisect compare debug list plot regress run show".split()


def rdv(*words, seconds=120, **environment):
    return subprocess.run(
        [ROOT / "scripts/rdv", *words],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
    )


def test_refused_ends_with_3_and_says_what_to_do():
    done = rdv("show", "no-such-run")
    assert done.returncode == 3 and "rdv list runs" in done.stderr and not done.stdout


def test_a_full_disk_is_said(tmp_path):
    folder = write_run(tmp_path / "run", [record([9] * COUNT)])
    (folder / "results.csv").symlink_to("/dev/full")
    done = rdv("plot", folder)
    assert done.returncode == 3 and done.stderr == "scripts/rdv: No space left on device\n"


def test_an_interrupt_is_no_difference():
    @click.command()
    def command():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        start(command, args=[])


def test_wrong_words_end_with_2():
    assert rdv("compare", "default").returncode == 2
    assert rdv("no-such-command").returncode == 2


def help_of(*words):
    return CliRunner().invoke(rdv_command, [*words, "--help"]).output


def test_every_command_has_help_and_json():
    listed = help_of()
    for name in COMMANDS:
        assert f"  {name} " in listed and "--json" in help_of(name)


def test_list_as_json():
    assert json.loads(rdv("list", "axes", "--json").stdout)["axes"][0]["name"] == "queue"


def test_the_shell_completes():
    assert "complete -o" in rdv(_RDV_COMPLETE="bash_source").stdout
    words = {"COMP_WORDS": "rdv compare queue=l", "COMP_CWORD": "2"}
    assert rdv(_RDV_COMPLETE="bash_complete", **words).stdout == "plain,queue=lazy\n"


def test_a_root_task_that_is_none(built, tmp_path):
    with pytest.raises(Problem, match="No such file"):
        root.with_root(built, tmp_path / "none.elf")
    (tmp_path / "text").write_text("hello")
    with pytest.raises(Problem, match="is no root task"):
        root.with_root(built, tmp_path / "text")


def test_a_packed_root_task_is_taken_as_it_is(built, tmp_path):
    packed = tmp_path / "a.pack"
    packed.write_bytes(b"RDVPACK1")
    assert root.with_root(built, packed).module("bench") == packed


def test_root_tasks_without_records():
    with pytest.raises(root.NothingMeasured, match="hello"):
        root.check_kind(b"hello\r\n")


def test_how_to_attach(tmp_path):
    found = Build(tmp_path, {}, "gcc")
    words = debug.gdb_command(found, "bench", "127.0.0.1:1234", ["fastpath_call"])
    assert words[:2] == ["gdb", str(tmp_path / "rendezvous.elf")]
    assert words[2:] == [
        *("-ex", "target remote 127.0.0.1:1234"),
        *("-ex", "hbreak fastpath_call", "-ex", "continue"),
    ]


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """The example outside the tree, built as its README says."""
    folder = tmp_path_factory.mktemp("example")
    configure = ["cmake", "-S", ROOT / "examples/root-task", "-B", folder, "-G", "Ninja"]
    for words in (configure, ["cmake", "--build", folder]):
        done = subprocess.run(words, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder / "yield.elf"


@pytest.mark.slow
def test_the_example_is_measured(example, tmp_path):
    words = ["--root", example, "--cores", "1", "--output", tmp_path, "--json"]
    done = rdv("run", *words)
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert (made["bench"], made["n"], made["status"]) == ("example/yield", 32, "ok")
    assert made["min"] == made["max"] > 100


@pytest.mark.slow
def test_a_root_task_of_tests(tmp_path):
    table = axes.read_axes()
    module = build(axes.choose((), table), "gcc", table).module("test")
    done = rdv("run", "--root", module, "--cores", "1", "--output", tmp_path)
    assert done.returncode == 0 and done.stdout.count("\npass ") > 3
    assert not list(tmp_path.iterdir())
