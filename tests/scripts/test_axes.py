# The table of design choices and what a person may say about it.
# SPDX-License-Identifier: BSD-2-Clause

import itertools
import json
import shutil
import subprocess

import pytest

from rendezvous.axes import choose, conflicts, describe, differences, read_axes
from rendezvous.build import build_name
from rendezvous.pairs import pairwise
from rendezvous.problem import Problem
from rendezvous.schema import UNITS
from rendezvous.tree import AXES, ROOT

ROWS = [
    {"name": "queue", "choices": ["benno", "lazy"], "default": "benno"},
    {"name": "stack", "choices": ["core", "thread"], "default": "core"},
]


def table(path, *rows):
    more = {"lesson": "", "benchmarks": [], "requires": {}, "excludes": {}}
    path.write_text(json.dumps({"axes": [{**more, **row} for row in rows]}))
    return read_axes(path)


@pytest.fixture
def axes(tmp_path):
    return table(tmp_path / "axes.json", *ROWS)


@pytest.fixture
def bound(tmp_path):
    """An axis whose choices say what they go together with."""
    row = {"name": "tags", "choices": ["off", "on", "deep"], "default": "off"}
    row |= {"requires": {"deep": ["stack=thread"]}, "excludes": {"on": ["queue=lazy"]}}
    return table(tmp_path / "axes.json", *ROWS, row)


def test_defaults(axes):
    assert describe(choose([], axes)) == "queue=benno,stack=core"
    assert build_name(choose([], axes), "gcc", axes) == "gcc-default"


@pytest.mark.parametrize("words", [["queue=lazy", "stack=thread"], ["queue=lazy,stack=thread"]])
def test_choices(axes, words):
    variant = choose(words, axes)
    assert variant == {"queue": "lazy", "stack": "thread"}
    assert differences(variant, axes) == ["queue-lazy", "stack-thread"]


@pytest.mark.parametrize("word", ["que=lazy", "lazy", "queue", "queue=eager", "queue="])
def test_unknown_words_list_the_known(axes, word):
    with pytest.raises(Problem, match=r"queue = benno \| lazy \(default benno\)"):
        choose([word], axes)


def test_an_axis_has_one_choice(axes):
    with pytest.raises(Problem, match="queue has two choices: lazy and benno"):
        choose(["queue=lazy,queue=benno"], axes)
    assert choose(["queue=lazy", "queue=lazy"], axes)["queue"] == "lazy"


@pytest.mark.parametrize("text", ["", "{}", '{"axes": [{"name": "queue"}]}', '{"axes": 1}'])
def test_bad_table(tmp_path, text):
    (tmp_path / "axes.json").write_text(text)
    with pytest.raises(Problem, match="cannot be read"):
        read_axes(tmp_path / "axes.json")


def test_the_table_in_the_tree():
    axes = read_axes()
    assert all(axis.default in axis.choices and axis.lesson for axis in axes)


@pytest.mark.parametrize(
    "words, why",
    [
        ("tags=deep", "tags=deep needs stack=thread, not stack=core"),
        ("queue=lazy,tags=on", "tags=on cannot be built with queue=lazy"),
    ],
)
def test_choices_that_do_not_go_together(bound, words, why):
    with pytest.raises(Problem, match=why):
        choose([words], bound)


def test_choices_that_do_go_together(bound):
    assert choose(["tags=deep,stack=thread"], bound)["tags"] == "deep"
    assert choose(["tags=on"], bound)["queue"] == "benno"


def test_pairs_cover_what_can_be_built(bound):
    rows = [set(variant.items()) for variant in pairwise(bound)]
    words = [(axis.name, choice) for axis in bound for choice in axis.choices]
    for one, other in itertools.combinations(words, 2):
        together = any({one, other} <= row for row in rows)
        illegal = one[0] == other[0] or any(conflicts(dict([one, other]), bound))
        assert together != illegal, (one, other)
    assert not [row for row in rows if any(conflicts(dict(row), bound))]


def test_pairs_of_one_axis_are_its_choices(axes):
    assert pairwise(axes[:1]) == [{"queue": "benno"}, {"queue": "lazy"}]


def test_each_choice_of_the_tree_is_a_folder_with_the_same_files():
    for axis in read_axes():
        folders = [AXES.parent / axis.name / choice for choice in axis.choices]
        headers = [sorted(path.name for path in folder.glob("*.h")) for folder in folders]
        assert headers[0] and all(names == headers[0] for names in headers)
        assert sorted(path.name for path in (AXES.parent / axis.name).iterdir()) == sorted(
            axis.choices
        )


def test_each_axis_of_the_tree_names_what_shows_it_and_has_a_page():
    for axis in read_axes():
        assert set(axis.shown_by) <= set(UNITS) and set(axis.leaves_fast_path) <= set(axis.choices)
        assert (ROOT / "docs/axes" / f"{axis.name}.md").exists()
        for name in axis.benchmarks:
            assert (ROOT / "bench" / (name.replace("/", "_") + ".c")).exists(), name


@pytest.mark.parametrize(
    "words, why",
    [
        ("queue=eager", "axis queue has no choice 'eager'; it has: benno, lazy"),
        ("que=lazy", "there is no axis 'que'; there are: queue"),
    ],
)
def test_cmake_lists_what_is_known(tmp_path, words, why):
    command = ["cmake", "-G", "Ninja", "-S", ROOT, "-B", tmp_path, f"-DRDV_AXES={words}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert why in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    "words, why",
    [
        ("tags=deep", "tags=deep needs stack=thread"),
        ("queue=lazy;tags=on", "tags=on cannot be built with queue=lazy"),
        ("tags=deep;stack=thread", ""),
    ],
)
def test_cmake_refuses_what_does_not_go_together(tmp_path, bound, words, why):
    for folder in ("cmake", "kernel/axes"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(ROOT / "cmake/axes.cmake", tmp_path / "cmake")
    (tmp_path / "axes.json").rename(tmp_path / "kernel/axes/axes.json")
    listing = "cmake_minimum_required(VERSION 3.25)\nproject(p NONE)\ninclude(cmake/axes.cmake)\n"
    (tmp_path / "CMakeLists.txt").write_text(listing)
    command = ["cmake", "-G", "Ninja", "-S", tmp_path, "-B", tmp_path / "b", f"-DRDV_AXES={words}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode != 0) == bool(why)
    assert why in " ".join(done.stderr.split())
