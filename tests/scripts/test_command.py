# The commands from end to end, with the emulator and the build replaced.
# SPDX-License-Identifier: BSD-2-Clause

import json

import pytest
from click.testing import CliRunner

import fake_guest
from fake_guest import HEADER, console, record
from rendezvous import browse, command, measure, stored
from rendezvous.problem import Problem
from rendezvous.records import read_run

UNTRACED = "no tracer in this test"


@pytest.fixture
def bench(qemu, built, tmp_path, monkeypatch):
    """Runs scripts/bench with these words; gives its output, or raises its Problem."""
    monkeypatch.setattr(measure, "build", lambda *arguments: built)
    monkeypatch.setattr(measure, "publish_run", lambda folder: [folder / "plots/ipc.png"])
    monkeypatch.setattr(measure, "ready_tracer", lambda *arguments: ([], UNTRACED))

    def run(*words, status=33, log=console(), program=command.bench_command):
        qemu(status, log)
        words = [*words, "--output", str(tmp_path / "results")]
        result = CliRunner().invoke(program, words, standalone_mode=False)
        if result.exception:
            raise result.exception
        return result.output

    return run


def test_whole_run(bench, tmp_path):
    output = bench()
    assert "ipc/call" in output and "201" in output and "Not cycles" in output
    assert "plots/ipc.png" in output and "results.csv" in output and UNTRACED in output
    environment, records = read_run(tmp_path / "results/latest")
    assert records[0]["median"] == 201 and records[0]["kernel"] is None
    assert environment["emulator"]["version"] == "7.2.22"
    assert environment["machine"]["cores"] == 4
    assert "file:RUN/console.log" in environment["emulator"]["command"]
    assert (tmp_path / "results/latest/console.log").read_bytes() == console()


def test_two_runs_agree_but_for_the_host(bench, tmp_path):
    environments = []
    for _ in range(2):
        bench()
        environment = read_run((tmp_path / "results/latest").resolve())[0]
        environment.pop("host")
        environments.append(environment)
    assert environments[0] == environments[1]


def test_json(bench):
    lines = [json.loads(line) for line in bench("--json").splitlines()]
    assert [line["bench"] for line in lines] == ["ipc/call"]


def test_broken_kernel(bench, tmp_path):
    with pytest.raises(Problem, match="triple fault"):
        bench(status=0, log=b"[rdv] booting\n")
    (failed,) = (tmp_path / "results").iterdir()
    assert failed.name.startswith("failed-")
    assert (failed / "console.log").read_bytes() == b"[rdv] booting\n"


def test_damaged_log(bench):
    with pytest.raises(Problem, match="checksum"):
        bench(log=console().replace(b"205", b"206"))


def test_benchmark_that_failed(bench):
    row = record(status="error", reason="no such device", samples=[], marks=0)
    with pytest.raises(Problem, match="ended in an error:\n  ipc/call: no such device"):
        bench(log=console([row, record(bench="ipc/reply")]))


def test_other_variant_than_built(bench):
    with pytest.raises(Problem, match="says that it is queue=lazy"):
        bench(log=console(header={**HEADER, "variant": "queue=lazy"}))


def test_nothing_matches(bench):
    with pytest.raises(Problem, match="Nothing was measured"):
        bench("--filter", "x/y", log=console([]))


@pytest.mark.parametrize("words", [("--filter", "a b"), ("--filter", "x;y")])
def test_bad_filter(bench, words):
    with pytest.raises(Problem, match="not a benchmark's name"):
        bench(*words)


def test_arguments_reach_the_guest():
    wish = measure.Wish(filter="ipc/*", samples=7, extra="x=1")
    assert wish.arguments() == "clock=instructions filter=ipc/* samples=7 x=1"


def boot(*rows):
    return measure.Boot(measure.read_log(console(rows)), [], [])


def test_counted_boots_must_agree():
    assert measure.pool([boot(record()), boot(record())])[0]["samples"] == [201, 205, 201]
    with pytest.raises(Problem, match="the boots differ"):
        measure.pool([boot(record()), boot(record(samples=[201, 205, 202]))])


def test_timed_boots_are_put_together():
    timed = {"clock": "emulated-time", "unit": "ticks"}
    pooled = measure.pool([boot(record(**timed)), boot(record(**timed, samples=[1, 2, 3]))])
    assert pooled[0]["samples"] == [201, 205, 201, 1, 2, 3]


def test_boots_of_different_benchmarks():
    with pytest.raises(Problem, match="different benchmarks"):
        measure.pool([boot(record()), boot(record(bench="ipc/reply"))])


def test_rdv_run_show_and_list(bench, tmp_path, monkeypatch):
    for module in (browse, stored):
        monkeypatch.setattr(module, "RESULTS", tmp_path / "results")
    bench("run", program=command.rdv_command)
    run = CliRunner().invoke
    assert "ipc/call" in run(command.rdv_command, ["show"]).output
    assert "ipc/call" in run(command.rdv_command, ["list", "benchmarks"]).output
    monkeypatch.setattr(browse, "publish", lambda folder: [folder / "plots/a.svg"])
    assert "plots/a.svg" in run(command.rdv_command, ["plot"]).output
    with pytest.raises(Problem, match="no run 'x'"):
        run(command.rdv_command, ["show", "x"], catch_exceptions=False)


def test_progress_lines(bench):
    output = bench(log=console([fake_guest.PROGRESS, record()]))
    assert "[0/2] ipc/call" in output
