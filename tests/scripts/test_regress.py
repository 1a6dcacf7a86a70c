# rdv regress: the baseline file, what is caught against it, and who may go without it.
# SPDX-License-Identifier: BSD-2-Clause

import json

import pytest
from click.testing import CliRunner

from lab_runs import COUNT, TIMED, record, timed_run, write_run
from rendezvous import baseline, regress, stored
from rendezvous.command import rdv_command
from rendezvous.problem import Problem
from rendezvous.suite import regression
from rendezvous.suite.case import FAIL, PASS, SKIP

FUNCTIONS = {"fastpath_call": 78, "entry_syscall": 8}


def run_with(folder, *records, **changes):
    return write_run(folder, list(records), **changes)


def usual(count=200, **functions):
    return record([count] * COUNT, functions={**FUNCTIONS, **functions})


@pytest.fixture
def rdv(tmp_path):
    """Runs rdv regress with a baseline folder of its own; gives click's result."""

    def run(run, *words):
        words = ["regress", "--run", run, "--baseline", tmp_path / "baseline", *words]
        return CliRunner().invoke(rdv_command, [str(word) for word in words])

    return run


@pytest.fixture
def accepted(tmp_path, rdv):
    """A baseline with two benchmarks."""
    run = run_with(tmp_path / "first", usual(), record([9] * COUNT, bench="ipc/reply"))
    assert rdv(run, "--accept", "--reason", "the first").exit_code == 0
    return run


def test_the_same_run_is_no_regression(accepted, rdv):
    result = rdv(accepted)
    assert result.exit_code == 0 and "No regression. same: 2" in result.output
    assert "the first" in result.output


def test_one_instruction_more_names_the_function(accepted, rdv, tmp_path):
    other = record([9] * COUNT, bench="ipc/reply")
    result = rdv(run_with(tmp_path / "b", usual(201, fastpath_call=79), other))
    assert result.exit_code == 1 and "REGRESSION" in result.output
    assert "200 to 201 instructions (+1, +0.5%)" in result.output
    assert "fastpath_call" in result.output and "78 to     79  (+1)" in result.output
    assert "entry_syscall" not in result.output and "--accept" in result.output


def test_a_change_for_the_better_is_a_change(accepted, rdv, tmp_path):
    other = record([9] * COUNT, bench="ipc/reply")
    result = rdv(run_with(tmp_path / "b", usual(199, fastpath_call=77), other))
    assert result.exit_code == 1 and "CHANGED. less: 1, same: 1" in result.output


def test_gone_and_new_benchmarks(accepted, rdv, tmp_path):
    new = run_with(tmp_path / "b", usual(), record([1], bench="a/b"))
    result = rdv(new)
    assert result.exit_code == 1 and "no longer measured" in result.output
    assert rdv(new, "--filter", "ipc/c*").exit_code == 0


def test_a_benchmark_that_fails_now(accepted, rdv, tmp_path):
    broken = record([], bench="ipc/reply", status="error", reason="no such device")
    result = rdv(run_with(tmp_path / "b", usual(), broken))
    assert result.exit_code == 1 and "no such device" in result.output
    refused = rdv(tmp_path / "b", "--accept", "--reason", "x")
    assert isinstance(refused.exception, Problem)


def test_accepting_keeps_every_reason(accepted, rdv, tmp_path):
    rdv(run_with(tmp_path / "b", usual(201)), "--accept", "--reason", "a longer path")
    (found,) = baseline.read_all(tmp_path / "baseline")
    assert [entry["reason"] for entry in found.accepted] == ["the first", "a longer path"]
    assert found.accepted[-1]["commit"] == "1" * 40 and len(found.measured) == 1


def test_the_file_is_sorted_with_one_record_a_line(accepted, tmp_path):
    (path,) = (tmp_path / "baseline").iterdir()
    assert path.name == "instructions-default-4-cores-gcc-12.2-Debian-QEMU-7.2-tcg.json"
    lines = [line for line in path.read_text().splitlines() if '"bench"' in line]
    names = [json.loads(line.rstrip(","))["bench"] for line in lines]
    assert names == ["ipc/call", "ipc/reply"] and '"samples":[{"200":3}]' in lines[0]


def test_an_edited_baseline_is_refused(accepted, rdv, tmp_path):
    (path,) = (tmp_path / "baseline").iterdir()
    path.write_text(path.read_text().replace('"200":3', '"201":3'))
    with pytest.raises(Problem, match="checksum"):
        raise rdv(accepted).exception
    path.write_text(path.read_text()[:200])
    with pytest.raises(Problem, match="not a baseline"):
        raise rdv(accepted).exception


@pytest.mark.parametrize(
    "field, changes",
    [
        ("compiler", {"compiler": {"version": "gcc (Debian 13.2.0-1) 13.2.0"}}),
        ("emulator", {"emulator": {"version": "8.2.1"}}),
        ("cores", {"machine": {"cores": 2}}),
        ("variant", {"variant": "queue=lazy"}),
        ("arguments", {"arguments": "clock=instructions samples=9"}),
    ],
)
def test_another_key_has_no_baseline(accepted, rdv, tmp_path, field, changes):
    result = rdv(run_with(tmp_path / "b", usual(), **changes))
    with pytest.raises(Problem, match=f"no baseline(?s:.*)    {field}: ") as refused:
        raise result.exception
    assert "--against COMMIT" in refused.value.advice


def test_point_releases_share_a_baseline(accepted, rdv, tmp_path):
    emulator = {"emulator": {"version": "7.2.23", "build": "QEMU 7.2.23"}}
    run = run_with(tmp_path / "b", usual(), record([9] * COUNT, bench="ipc/reply"), **emulator)
    result = rdv(run)
    assert result.exit_code == 0 and "the baseline had QEMU 7.2.22" in result.output


def test_an_altered_run_is_refused(accepted, rdv):
    path = accepted / "records.jsonl"
    path.write_text(path.read_text().replace("[200,", "[199,"))
    with pytest.raises(Problem, match="altered"):
        raise rdv(accepted).exception


def test_json(accepted, rdv, tmp_path):
    said = json.loads(rdv(run_with(tmp_path / "b", usual(201, fastpath_call=79)), "--json").output)
    assert said["regression"] and said["grown"] == {"fastpath_call": {"by": 1, "benchmarks": 1}}


@pytest.mark.parametrize(
    "words",
    [["--accept"], ["--reason", "x"], ["--against", "no-such"], ["--accept", "--reason", " "]],
)
def test_usage(accepted, rdv, words):
    assert rdv(accepted, *words).exit_code == 2


def test_times_need_interval_and_threshold(tmp_path, rdv):
    first = timed_run(tmp_path / "a", 1, 1000, 10)
    assert rdv(first, "--accept", "--reason", "the first").exit_code == 0
    assert "host" in baseline.read_all(tmp_path / "baseline")[0].key
    assert rdv(timed_run(tmp_path / "b", 70, 1001, 10)).exit_code == 0
    slower = rdv(timed_run(tmp_path / "c", 90, 1060, 10))
    assert slower.exit_code == 1 and "REGRESSION" in slower.output and "ratio 1.0" in slower.output
    assert rdv(timed_run(tmp_path / "d", 120, 940, 10)).exit_code == 0
    noisy = rdv(timed_run(tmp_path / "e", 150, 1010, 400, drift=30))
    assert noisy.exit_code == 0 and "cannot tell: 1" in noisy.output


def test_a_baseline_gives_its_samples_back(tmp_path):
    boots = [[record([5, 7, 5], clock=TIMED)], [record([6, 6, 8], clock=TIMED)]]
    run = stored.load(write_run(tmp_path / "a", *boots, clock=TIMED))
    baseline.accept(run, "why", tmp_path / "baseline")
    (found,) = baseline.read_all(tmp_path / "baseline")
    assert found.measured[0].boots == ((5, 5, 7), (6, 6, 8))


@pytest.fixture
def suite(tmp_path, monkeypatch):
    """Runs the suite's part on a made-up run."""

    def run(folder):
        monkeypatch.setattr(regression, "bench", lambda *arguments: folder)
        return regression.regress(None, tmp_path / "baseline")

    return run


def test_the_suite_fails_if_the_reference_was_not_checked(tmp_path, suite):
    (case,) = suite(run_with(tmp_path / "a", usual()))
    assert case.status == FAIL and "skipped for the reference compiler" in case.reason
    (case,) = suite(run_with(tmp_path / "b", usual(), compiler={"version": "gcc 14.1.0"}))
    assert case.status == SKIP and "--against" in case.reason


def test_the_suite_fails_on_a_change(accepted, tmp_path, suite):
    assert {case.status for case in suite(accepted)} == {PASS}
    cases = suite(run_with(tmp_path / "b", usual(201, fastpath_call=79)))
    assert cases[0].status == FAIL and "fastpath_call" in cases[0].reason


def test_what_is_in_the_tree_can_be_read():
    assert all(found.accepted and found.measured for found in baseline.read_all(baseline.FOLDER))


def test_grown_functions_are_counted():
    rows = [r for r in regress.judged(*two_sides(), 0.02)]
    assert regress.grown(rows) == {"a": (3, 1), "b": (1, 1)}


def two_sides():
    """Records before and after, as sides of a comparison."""
    before = {**record([10])[0], "functions": {"a": 1, "b": 1, "c": 5}}
    after = {**record([12])[0], "functions": {"a": 4, "b": 2, "c": 3}}
    return [[stored.Measured(made, ((made["samples"][0],),))] for made in (before, after)]
