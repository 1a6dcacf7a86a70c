# rdv compare: what is found, what cannot be told, and what is refused.
# SPDX-License-Identifier: BSD-2-Clause

import csv
import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from lab_runs import COUNT, COUNTED, TIMED, record, timed_run, write_run
from rendezvous import axes, compare, inference, judge, sides, stored
from rendezvous.command import rdv_command
from rendezvous.measure import Wish
from rendezvous.problem import Problem
from rendezvous.table import make_console


def rows_of(a, b, across=(), threshold=judge.THRESHOLD):
    runs = [[stored.load(folder)] for folder in (a, b)]
    return compare.compare_runs(("a", "b"), *runs, across, threshold).rows


def counted(folder, samples, functions=None, **changes):
    return write_run(folder, [record(samples, functions=functions)], **changes)


def test_counts_that_agree(tmp_path):
    (row,) = rows_of(counted(tmp_path / "a", [9, 9, 9]), counted(tmp_path / "b", [9, 9, 9]))
    assert (row.verdict, row.ratio, row.p) == (judge.SAME, 1.0, None)


def test_one_instruction_more_is_more(tmp_path):
    a = counted(tmp_path / "a", [200] * COUNT, {"fastpath_call": 78, "entry": 8})
    b = counted(
        tmp_path / "b", [201] * COUNT, {"fastpath_call": 79, "entry": 8}, variant="queue=lazy"
    )
    (row,) = rows_of(a, b)
    assert (row.verdict, row.difference, row.ratio) == (judge.MORE, 1, 1.005)
    assert row.functions == {"fastpath_call": [78, 79]}


def test_same_median_of_other_counts(tmp_path):
    (row,) = rows_of(counted(tmp_path / "a", [1, 5, 9]), counted(tmp_path / "b", [2, 5, 9]))
    assert row.verdict == judge.DIFFERS and "other samples" in row.reason


def test_slower_by_a_known_amount(tmp_path):
    a = timed_run(tmp_path / "a", 1, middle=1000, spread=15)
    b = timed_run(tmp_path / "b", 50, middle=1050, spread=15, commit="2" * 40)
    (row,) = rows_of(a, b)
    assert row.verdict == judge.MORE and row.low < 1.05 < row.high and row.delta > 0.9
    (row,) = rows_of(b, a)
    assert row.verdict == judge.LESS and row.high < 1


def test_noise_cannot_be_told(tmp_path):
    a = timed_run(tmp_path / "a", 1, middle=1000, spread=400, drift=30)
    b = timed_run(tmp_path / "b", 50, middle=1010, spread=400, drift=30)
    (row,) = rows_of(a, b)
    assert row.verdict == judge.CANNOT_TELL and row.reason


def test_less_than_the_threshold_is_the_same(tmp_path):
    a = timed_run(tmp_path / "a", 1, middle=10000, spread=20)
    b = timed_run(tmp_path / "b", 50, middle=10050, spread=20)
    (row,) = rows_of(a, b)
    assert row.verdict == judge.SAME and row.p < 0.01
    assert rows_of(a, b, threshold=0.001)[0].verdict == judge.MORE


def test_one_boot_cannot_tell(tmp_path):
    a = timed_run(tmp_path / "a", 1, middle=1000, spread=1, boots=1)
    b = timed_run(tmp_path / "b", 2, middle=1500, spread=1, boots=1)
    (row,) = rows_of(a, b)
    assert row.verdict == judge.CANNOT_TELL and "--repetitions" in row.reason


def test_boots_that_disagree_cannot_tell(tmp_path):
    boots = [[[record([at] * 50, clock=TIMED)] for at in middles]
             for middles in ((1000, 1500), (1500, 1000))]  # fmt: skip
    a, b = (write_run(tmp_path / n, *made, clock=TIMED) for n, made in zip("ab", boots))
    (row,) = rows_of(a, b)
    assert row.verdict == judge.CANNOT_TELL and "do not agree" in row.reason


@pytest.mark.parametrize(
    "field, changes",
    [
        ("machine.cores", {"machine": {"cores": 2}}),
        ("machine.cpu", {"machine": {"cpu": "another"}}),
        ("machine.features", {"machine": {"features": []}}),
        ("machine.memory_mib", {"machine": {"memory_mib": 64}}),
        ("emulator.version", {"emulator": {"version": "8.0.0"}}),
        ("emulator.accel", {"emulator": {"accel": "kvm"}}),
        ("compiler.version", {"compiler": {"version": "gcc 13.1.0"}}),
        ("compiler.name", {"compiler": {"name": "clang"}}),
        ("arguments", {"arguments": "clock=instructions fastpath=off"}),
    ],
)
def test_two_environments_are_refused(tmp_path, field, changes):
    memory = changes.get("machine", {}).pop("memory_mib", None)
    a, b = counted(tmp_path / "a", [9] * COUNT), counted(tmp_path / "b", [9] * COUNT, **changes)
    if memory:
        path = b / "environment.json"
        path.write_text(path.read_text().replace('"memory_mib": 512', f'"memory_mib": {memory}'))
    with pytest.raises(Problem, match=rf"  {field} +A: ") as refused:
        rows_of(a, b)
    assert "--across" in refused.value.advice
    assert rows_of(a, b, across=[field.partition(".")[0]])[0].verdict == judge.SAME


def test_two_clocks_are_refused(tmp_path):
    a = counted(tmp_path / "a", [9] * COUNT)
    b = write_run(tmp_path / "b", [record([9], clock=TIMED)], clock=TIMED)
    with pytest.raises(Problem, match="  clock +A: instructions"):
        rows_of(a, b)


def test_another_host_is_refused_for_times_only(tmp_path):
    host = {"host": {"cpu": "another", "kernel": "6.1"}}
    a, b = timed_run(tmp_path / "a", 1, 1000, 5), timed_run(tmp_path / "b", 9, 1000, 5, **host)
    with pytest.raises(Problem, match="host.cpu"):
        rows_of(a, b)
    rows_of(counted(tmp_path / "c", [9] * COUNT), counted(tmp_path / "d", [9] * COUNT, **host))


def test_variant_and_commit_at_once_are_refused(tmp_path):
    a = counted(tmp_path / "a", [9] * COUNT)
    b = counted(tmp_path / "b", [9] * COUNT, variant="queue=lazy", commit="2" * 40)
    with pytest.raises(Problem, match="(?s)variant.*commit"):
        rows_of(a, b)
    assert rows_of(a, b, across=["commit"])


def test_a_benchmark_on_one_side_only(tmp_path):
    a = write_run(tmp_path / "a", [record([9]), record([9], bench="ipc/reply")])
    rows = rows_of(a, counted(tmp_path / "b", [9]))
    assert [row.verdict for row in rows] == [judge.SAME, judge.MISSING]


def test_figures_without_their_trace_are_rejected(tmp_path):
    folder = counted(tmp_path / "a", [201] * COUNT)
    altered(folder, "records.jsonl", b'"kernel":null', b'"kernel":78')
    with pytest.raises(Problem, match="trace.jsonl is missing"):
        stored.load(folder)


def altered(folder, name, old, new):
    path = folder / name
    text = path.read_bytes()
    assert old in text
    path.write_bytes(text.replace(old, new, 1))


@pytest.mark.parametrize(
    "name, old, new, said",
    [
        ("console.log", b'{"rdv":"trailer"', b"", "no trailer"),
        ("console.log", b"205", b"206", "checksum"),
        ("records.jsonl", b"[201,205,201]", b"[200,205,201]", "samples was altered"),
        ("records.jsonl", b'"median":201', b'"median":200', "median was altered"),
        ("records.jsonl", b'"overhead":5', b'"overhead":6', "overhead was altered"),
        ("environment.json", b"queue=benno", b"queue=lazy", "variant is"),
        ("environment.json", b'"cores": 4', b'"cores": 2', "machine is"),
    ],
)
def test_altered_runs_are_rejected(tmp_path, name, old, new, said):
    folder = counted(tmp_path / "a", [201, 205, 201])
    altered(folder, name, old, new)
    with pytest.raises(Problem, match=said):
        stored.load(folder)


def test_truncated_runs_are_rejected(tmp_path):
    folder = write_run(tmp_path / "a", [record([9]), record([9], bench="ipc/reply")])
    lines = (folder / "records.jsonl").read_text().splitlines(keepends=True)
    (folder / "records.jsonl").write_text(lines[0])
    with pytest.raises(Problem, match="has 1 records; 2 were printed"):
        stored.load(folder)
    (folder / "records.jsonl").write_text(lines[0] + lines[1][:50])
    with pytest.raises(Problem, match="not a run directory"):
        stored.load(folder)
    (folder / "console.log").unlink()
    with pytest.raises(Problem):
        stored.load(folder)


def table(**changes):
    return [replace(axis, **changes) if axis.name == "queue" else axis for axis in axes.read_axes()]


def test_what_a_clock_cannot_show_has_no_direction(tmp_path, monkeypatch):
    hidden = table(shown_by=("cycles",))
    monkeypatch.setattr(compare, "read_axes", lambda: hidden)
    a = counted(tmp_path / "a", [200] * COUNT)
    b = counted(tmp_path / "b", [300] * COUNT, variant="queue=lazy")
    (row,) = rows_of(a, b)
    assert row.verdict == judge.CANNOT_SHOW and row.a is row.b is row.ratio is None
    assert not row.functions


@pytest.fixture
def measured(monkeypatch):
    """Variants are not built: their runs are made up. Gives what was asked for, in order."""
    asked = []

    def fake(wish, console, quiet):
        variant = axes.describe(axes.choose(wish.variant, axes.read_axes()))
        asked.append((variant.split(",")[0], wish.extra))
        samples = [100 + 10 * ("lazy" in variant) + 50 * bool(wish.extra)] * COUNT
        words = f"clock=instructions {wish.extra}".strip()
        folder = wish.output / "run"
        counted(folder, samples, variant=variant, arguments=words)
        return folder, []

    monkeypatch.setattr(sides, "measure", fake)
    return asked


def compare_words(tmp_path, *words, **wishes):
    wish = Wish(output=tmp_path / "out", **wishes)
    return compare.compare(words, wish, (), judge.THRESHOLD, make_console(), True)


def test_sides_take_turns(tmp_path, measured):
    compare_words(tmp_path, "benno", "queue=lazy", repetitions=2)
    assert [variant for variant, _ in measured] == ["queue=benno", "queue=lazy"] * 2


def test_a_lost_fast_path_is_told_apart(tmp_path, measured, monkeypatch):
    leaving = table(leaves_fast_path=("lazy",))
    monkeypatch.setattr(compare, "read_axes", lambda: leaving)
    (found,) = compare_words(tmp_path, "default", "lazy")
    assert [extra for _, extra in measured] == ["", "", "fastpath=off", "fastpath=off"]
    assert (found.rows[0].ratio, found.off_rows[0].ratio) == (1.1, 160 / 150)


def test_three_sides_are_held_against_the_first(tmp_path, measured):
    found = compare_words(tmp_path, "default", "lazy", "benno")
    assert [(c.a, c.b) for c in found] == [("default", "queue=lazy"), ("default", "queue=benno")]


def run_rdv(*words):
    return CliRunner().invoke(rdv_command, [str(word) for word in words])


@pytest.mark.parametrize("words", [["default"], ["default", "nonsense"], ["queue=x", "default"]])
def test_usage(words):
    result = run_rdv("compare", *words)
    assert result.exit_code == 2
    assert "AXIS=CHOICE" in result.output or "queue = benno" in result.output


def test_the_command_writes_table_csv_json_and_plot(tmp_path):
    a = counted(tmp_path / "a", [200] * COUNT)
    b = counted(tmp_path / "b", [201] * COUNT, variant="queue=lazy")
    result = run_rdv("compare", a, b, "--output", tmp_path / "results", "--exit-code")
    assert result.exit_code == 1 and "1.0050" in result.output and "more" in result.output
    (folder,) = (tmp_path / "results").iterdir()
    (row,) = csv.DictReader((folder / "comparison.csv").open())
    assert (row["a"], row["b"], row["verdict"], row["unit"]) == ("200", "201", "more", COUNTED)
    assert json.loads((folder / "comparison.json").read_text())[0]["rows"][0]["ratio"] == 1.005
    assert (folder / "ratios-1.svg").stat().st_size and (folder / "ratios-1.png").stat().st_size


def test_json(tmp_path):
    a, b = counted(tmp_path / "a", [9] * COUNT), counted(tmp_path / "b", [9] * COUNT)
    result = run_rdv("compare", a, b, "--output", tmp_path / "results", "--no-plots", "--json")
    assert result.exit_code == 0
    assert json.loads(result.output)[0]["rows"][0]["verdict"] == "same"


def test_effect_and_outliers():
    shift = inference.effect([1, 2, 3], [4, 5, 6])
    assert (shift.superiority, shift.delta) == (1.0, 1.0)
    assert inference.effect([1, 2], [1, 2]).delta == 0
    assert inference.outliers([*range(10, 30), 50, 500]) == {"mild": 1, "severe": 1}


def test_interval_of_constants_and_of_too_few():
    assert inference.interval([5, 5], [10, 10]) == inference.Interval(2.0, 2.0, "constant")
    assert inference.interval([5], [10, 11]) is None
    assert inference.interval([5] * 20, [10] * 19 + [11]).method == "percentile"


def test_holm():
    assert inference.holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
    assert inference.holm([]) == []
