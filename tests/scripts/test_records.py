# Figures, the tracer's part, and the run directory.
# SPDX-License-Identifier: BSD-2-Clause

import json

import pytest

from fake_guest import record
from rendezvous import records, trace
from rendezvous.problem import Problem
from rendezvous.records import RunFolder
from rendezvous.statistics import summary


def test_equal_samples_have_no_tail():
    expected = {"n": 200, "min": 7, "median": 7, "p99": None, "max": 7, "mean": 7.0}
    assert summary([7] * 200) == expected


def test_integers_stay_integers():
    found = summary(list(range(1, 101)))
    assert found == {"n": 100, "min": 1, "median": 50, "p99": 99, "max": 100, "mean": 50.5}
    assert all(type(found[name]) is int for name in ("n", "min", "median", "p99", "max"))


def test_few_samples_have_no_p99():
    assert summary(list(range(99)))["p99"] is None


def test_mean_has_the_digits_that_n_supports():
    assert summary([1, 1, 2])["mean"] == 1.0
    assert summary([1, 1, 2] * 4)["mean"] == 1.3


def test_no_samples():
    assert summary([]) == {
        "n": 0, "min": None, "median": None, "p99": None, "max": None, "mean": None
    }  # fmt: skip


def region(number, kernel, user, other=0):
    cores = [{"core": 0, "kernel": kernel, "user": user}, {"core": 1, "kernel": other, "user": 0}]
    functions = {"fast_call": kernel}
    return {
        "region": number,
        "begin_core": 0,
        "end_core": 0,
        "cores": cores,
        "functions": functions,
    }


def test_join_takes_the_marked_regions_only():
    regions = [region(0, 999, 9), region(1, 80, 12), region(2, 84, 12), region(3, 80, 14)]
    joined = trace.join(record(mark=1), regions)
    assert (joined["kernel"], joined["user"], joined["cores"]) == (80, 12, [])
    assert joined["functions"] == {"fast_call": 80}
    assert joined["kernel_reason"] == ""


def test_join_of_several_cores():
    regions = [region(number, 80, 12, other=40) for number in range(3)]
    joined = trace.join(record(), regions)
    assert joined["kernel"] == 120
    assert joined["cores"] == [
        {"core": 0, "kernel": 80, "user": 12},
        {"core": 1, "kernel": 40, "user": 0},
    ]


def test_record_without_marks():
    assert trace.join(record(marks=0), [])["kernel_reason"] == trace.UNMARKED


def test_regions_that_are_missing():
    with pytest.raises(Problem, match="the tracer saw 1"):
        trace.join(record(), [region(0, 1, 1)])


def test_region_with_an_error():
    bad = {"region": 1, "begin_core": 0, "error": "no end marker before the next begin marker"}
    with pytest.raises(Problem, match="region 1: no end marker"):
        trace.join(record(), [region(0, 1, 1), bad, region(2, 1, 1)])


def test_trace_file(tmp_path):
    path = tmp_path / "trace.jsonl"
    path.write_text("".join(json.dumps(region(number, 1, 1)) + "\n" for number in range(3)))
    assert len(trace.read_trace(path)) == 3
    path.write_text(path.read_text()[:-20])
    with pytest.raises(Problem, match="trace.jsonl:3: .* cut short"):
        trace.read_trace(path)
    path.write_text(json.dumps(region(1, 1, 1)))
    with pytest.raises(Problem, match="region 1 in place of 0"):
        trace.read_trace(path)


def test_written_records_are_read_again(tmp_path):
    row = records.complete(record(), trace.absent("no tracer"))
    records.write_records(tmp_path, [row])
    records.write_json(tmp_path / "environment.json", {"commit": None})
    assert records.read_run(tmp_path) == ({"commit": None}, [row])


def test_not_a_run(tmp_path):
    with pytest.raises(Problem, match="not a run directory"):
        records.read_run(tmp_path)


def test_folder_gets_its_name_when_all_is_there(tmp_path):
    for _ in range(2):
        with RunFolder(tmp_path, "run") as folder:
            (folder.path / "console.log").write_text("x")
            assert not (tmp_path / "run-2").exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["latest", "run", "run-2"]
    assert (tmp_path / "latest").resolve().name == "run-2"


def test_failure_keeps_the_console_and_says_where(tmp_path):
    with pytest.raises(Problem, match="All of its output: .*failed-run"):
        with RunFolder(tmp_path, "run") as folder:
            (folder.path / "console.log").write_text("x")
            raise Problem("it hangs")
    assert [p.name for p in tmp_path.iterdir()] == ["failed-run"]


def test_interruption_leaves_nothing(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        with RunFolder(tmp_path, "run") as folder:
            (folder.path / "console.log").write_text("x")
            raise KeyboardInterrupt
    assert not list(tmp_path.iterdir())
