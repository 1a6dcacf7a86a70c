# The table of design choices and what a person may say about it.
# SPDX-License-Identifier: BSD-2-Clause

import json

import pytest

from rendezvous.axes import choose, describe, differences, read_axes
from rendezvous.build import build_name
from rendezvous.problem import Problem

ROWS = [
    {"name": "queue", "choices": ["benno", "lazy"], "default": "benno"},
    {"name": "stack", "choices": ["core", "thread"], "default": "core"},
]


@pytest.fixture
def axes(tmp_path):
    more = {"lesson": "", "benchmarks": [], "requires": [], "excludes": []}
    (tmp_path / "axes.json").write_text(json.dumps({"axes": [{**row, **more} for row in ROWS]}))
    return read_axes(tmp_path / "axes.json")


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


@pytest.mark.parametrize("text", ["", "{}", '{"axes": [{"name": "queue"}]}', '{"axes": 1}'])
def test_bad_table(tmp_path, text):
    (tmp_path / "axes.json").write_text(text)
    with pytest.raises(Problem, match="cannot be read"):
        read_axes(tmp_path / "axes.json")


def test_the_table_in_the_tree():
    axes = read_axes()
    assert all(axis.default in axis.choices and axis.lesson for axis in axes)
