# The protocol models hold, each fails without each of its crucial steps, and they name real code.
# SPDX-License-Identifier: BSD-2-Clause

import re
from pathlib import Path

import pytest

from check import check, models

ROOT = Path(__file__).parents[2]
BREAKS = [(model, step) for model in models() for step in model.breaks]


def steps(text):
    return set(re.findall(r"^#if.*?\b(BREAK_\w+)", text, re.MULTILINE))


def name(value):
    return getattr(value, "name", value)


@pytest.mark.parametrize("model", models(), ids=name)
def test_holds(model):
    outcome = check(model)
    assert not outcome.error, f"{outcome.error}\n{outcome.trail[-6000:]}"


@pytest.mark.parametrize("model, step", BREAKS, ids=name)
def test_fails_without(model, step):
    assert check(model, step).error, f"{model.name} holds even with {step}"


@pytest.mark.parametrize("model", models(), ids=name)
def test_listed_steps_can_be_removed(model):
    assert set(model.breaks) <= steps(model.text)


def test_steps_that_can_be_removed_are_listed():
    listed = {step for _, step in BREAKS}
    assert all(steps(model.text) <= listed for model in models())
    assert all(model.breaks for model in models())


@pytest.mark.parametrize("model", models(), ids=name)
def test_names_code_that_exists(model):
    assert model.modelled
    for path, function in model.modelled:
        defined = rf"^(static .*\n|.*\b){function}\("
        assert re.search(defined, (ROOT / path).read_text(), re.MULTILINE), f"{path}: {function}"
