# The protocol models hold, each fails without each of its crucial steps, and they name real code.
# SPDX-License-Identifier: BSD-2-Clause

import re
from pathlib import Path

import pytest

from check import check, models

ROOT = Path(__file__).parents[2]
BREAKS = [(model, step) for model in models() for step in model.breaks]


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
def test_every_step_is_listed(model):
    used = re.findall(r"^#\s*if.*?\b(BREAK_\w+)", model.path.read_text(), re.MULTILINE)
    assert set(used) == set(model.breaks) != set()


@pytest.mark.parametrize("model", models(), ids=name)
def test_names_code_that_exists(model):
    assert model.modelled
    for path, function in model.modelled:
        defined = rf"^(static .*\n|.*\b){function}\("
        assert re.search(defined, (ROOT / path).read_text(), re.MULTILINE), f"{path}: {function}"
