# Tests of the published numbers and of what is drawn and tabled from a run.
# SPDX-License-Identifier: BSD-2-Clause

import csv
import hashlib
import json
import shutil
from collections import Counter

import pytest

from publish_runs import full_set, record, skipped, write_run
from rendezvous.problem import Problem
from rendezvous.publish import plots, publish_run
from rendezvous.publish.compare import kernel_bars, one_way, round_trip_bars
from rendezvous.publish.labels import apart, goes_left
from rendezvous.publish.published import FOLDER, load_peers, load_published
from rendezvous.publish.run import load_run
from rendezvous.publish.tables import as_csv, as_latex, as_text, one_way_sheet, peers_sheet


@pytest.fixture(scope="module")
def published():
    return load_published()


@pytest.fixture(scope="module")
def peers():
    return load_peers()


@pytest.fixture
def make_run(tmp_path):
    return lambda lines, **environment: load_run(write_run(tmp_path / "run", lines, **environment))


def without(lines, bench):
    return [line for line in lines if line["bench"] != bench]


# The numbers of others


def test_every_published_row_is_there(published, peers):
    assert len(published) == 942 and len(peers) == 36
    assert Counter(row.confidence for row in published) == {
        "verified": 878,
        "partial": 4,
        "recalled": 60,
    }


def test_scopes_are_kept_apart(published):
    assert {r.scope for r in published if r.series == "retrospective"} == {"in-kernel"}
    assert {r.scope for r in published if r.direction == "event"} <= {"event", "hardware"}
    timed = [r for r in published if r.series in ("l4re", "sel4-page") and r.direction == "one-way"]
    assert {row.scope for row in timed} == {"user-timed"}


def test_contradictions_are_found(published):
    found = {r.system for r in published if r.contradicts and r.series == "retrospective"}
    assert found == {"OKL4", "L4Ka::Hazelnut"}


def test_same_refers_to_the_row_above(peers):
    mcs = next(p for p in peers if p.instructions == 300)
    assert mcs.how.startswith("kernel instructions") and mcs.how.endswith("other core idle")
    assert mcs.scope == "kernel"
    assert {p.scope for p in peers if p.kernel != "seL4"} == {"user"}


def test_same_refers_to_the_method_and_not_to_the_figure(peers):
    pistachio = {p.instructions: p.how for p in peers if p.kernel == "L4Ka::Pistachio"}
    assert pistachio[200].endswith("(one way 99.8)")
    assert pistachio[224].endswith("shift=0 (one way 111.8)")
    assert pistachio[486].endswith("shift=0")


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("series,system", "serie,system", "the header is serie,system"),
        (",recalled\n", ",rumoured\n", "confidence is 'rumoured'"),
        (",one-way,250,", ",sideways,250,", "direction is 'sideways'"),
        (",250,5.0,", ",fast,5.0,", "cycles is 'fast'"),
        (",250,5.0,", ",,,", "neither cycles nor us"),
        (",1993,", ",nineteen,", "year is 'nineteen'"),
    ],
)
def test_bad_published_rows_are_refused(tmp_path, old, new, message):
    text = (FOLDER / "published.csv").read_text()
    (tmp_path / "published.csv").write_text(text.replace(old, new, 1))
    shutil.copy(FOLDER / "notes.csv", tmp_path)
    with pytest.raises(Problem, match=message):
        load_published(tmp_path / "published.csv")


def test_a_row_twice_is_refused(tmp_path):
    text = (FOLDER / "peers.csv").read_text()
    (tmp_path / "peers.csv").write_text(text + text.splitlines()[-1] + "\n")
    with pytest.raises(Problem, match="the same row as"):
        load_peers(tmp_path / "peers.csv")


def test_same_without_a_row_above_is_refused(tmp_path):
    lines = (FOLDER / "peers.csv").read_text().splitlines()
    (tmp_path / "peers.csv").write_text("\n".join([lines[0], lines[2]]) + "\n")
    with pytest.raises(Problem, match="no row of seL4 is above it"):
        load_peers(tmp_path / "peers.csv")


def test_a_missing_table_is_named(tmp_path):
    with pytest.raises(Problem, match="peers.csv: No such file"):
        load_peers(tmp_path / "peers.csv")


# A run


@pytest.mark.parametrize(
    "change, message",
    [
        ({"clock": "sundial"}, "unknown clock 'sundial'"),
        ({"unit": "cycles"}, "clock instructions with the unit 'cycles'"),
        ({"status": "perhaps"}, "status 'perhaps'"),
        ({"median": None}, "samples, but no median"),
    ],
)
def test_bad_records_are_refused(make_run, change, message):
    with pytest.raises(Problem, match=message):
        make_run([{**record("null/syscall", "event", [1, 2]), **change}])


def test_an_empty_run_is_refused(make_run):
    with pytest.raises(Problem, match="holds no record"):
        make_run([])


def test_our_one_way_is_the_mean_of_the_kernel_parts(make_run):
    found, why = one_way(make_run(full_set()))
    assert (found.call, found.reply, found.mean, found.unit) == (84, 93, 88.5, "instructions")
    assert found.scope == "kernel only" and not why


def test_without_a_trace_there_is_no_one_way_figure(make_run):
    lines = [{**line, "kernel": None, "kernel_reason": "no plugin"} for line in full_set()]
    found, why = one_way(make_run(lines))
    assert found is None and why.endswith("no kernel part: no plugin")


def test_cycles_are_from_user_to_user(make_run):
    found, _ = one_way(make_run(full_set("cycles"), clock="cycles"))
    assert found.scope == "user to user" and found.unit == "cycles"


def test_a_skipped_record_gives_its_reason(make_run):
    lines = without(full_set(), "ipc/call")
    lines.append(skipped("ipc/call", "one-way", "no partner", words=0, space="different"))
    assert one_way(make_run(lines)) == (
        None,
        "ipc/call different space, 0 words: skip: no partner",
    )


# Comparisons


def test_kernel_only_stands_beside_kernel_only(make_run, peers):
    bars, left_out = kernel_bars(make_run(full_set()), peers)
    assert all(len(bar.parts) == 2 for bar in bars) and not left_out
    assert {bar.who for bar in bars} == {"Rendezvous 0.0-test", "seL4"}
    totals = {bar.configuration: bar.total for bar in bars if bar.group.startswith("0 words")}
    assert totals["one core, fast path, no Meltdown mitigation"] == 394
    assert "one core, Meltdown mitigation" not in totals


def test_round_trips_stand_beside_round_trips(make_run, peers):
    bars, left_out = round_trip_bars(make_run(full_set()), peers)
    assert {bar.who for bar in bars} == {"Rendezvous 0.0-test", "NOVA", "Linux", "L4Ka::Pistachio"}
    assert not left_out
    assert all(len(bar.parts) == 1 for bar in bars)


@pytest.mark.parametrize("clock", ["cycles", "emulated-time"])
def test_other_clocks_do_not_stand_beside_instructions(make_run, peers, clock):
    run = make_run(full_set(clock), clock=clock)
    bars = kernel_bars(run, peers)[0] + round_trip_bars(run, peers)[0]
    assert not any(bar.ours for bar in bars)


def test_a_loop_average_is_preferred(make_run, peers):
    lines = without(full_set(), "ipc/roundtrip")
    loop = record("ipc/roundtrip", "round-trip", [200] * 8, words=0, space="different")
    lines.append({**loop, "amortised": 19500, "iterations": 100})
    bars, left_out = round_trip_bars(make_run(lines), peers)
    ours = [bar for bar in bars if bar.ours]
    assert [(bar.total, bar.message) for bar in ours] == [(195.0, "0 words, average of a loop")]
    assert "ipc/roundtrip different space, 4 words: not in this run" in left_out


def test_an_active_server_is_not_the_ordinary_case(make_run, peers):
    bars, left_out = round_trip_bars(make_run(full_set()), peers)
    assert 400 not in [bar.total for bar in bars if bar.ours] and not left_out


# Tables


def test_instructions_never_stand_in_the_cycles_column(make_run, published):
    sheet, left_out = one_way_sheet(make_run(full_set()), published)
    rows = list(csv.DictReader(as_csv(sheet).splitlines()))
    ours = rows[-1]
    assert (ours["cycles"], ours["us"], ours["mhz"], ours["instructions"]) == ("", "", "", "88.5")
    assert ours["year"] == "2001" and not left_out
    assert all(row["instructions"] == "" for row in rows[:-1]) and len(rows) == 12


def test_contradicting_times_have_a_footnote(make_run, published):
    sheet, _ = one_way_sheet(make_run(full_set()), published)
    text = as_text(sheet)
    assert "0.64[7]" in text and "151 cycles at 400 MHz would be 0.38 us, not 0.64" in text
    assert "NOVA+" in text and "+ from memory" in text and text.isascii()
    assert r"0.64{[}7]" in as_latex(sheet)


def test_our_row_is_left_out_with_its_reason(make_run, published):
    sheet, left_out = one_way_sheet(make_run(without(full_set(), "ipc/reply")), published)
    assert len(sheet.rows) == 11
    reason = "ipc/reply different space, 0 words: not in this run"
    assert left_out == [f"our row of the one-way table: {reason}"]


def test_latex_is_escaped(make_run, peers):
    lines = as_latex(peers_sheet(make_run(full_set()), peers)[0]).splitlines()
    assert any(r"SCHED\_FIFO" in line for line in lines)
    tabular = [line for line in lines if line.endswith(r"\\")]
    assert {line.replace(r"\&", "").count(" & ") for line in tabular} == {8}


# All of it


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = write_run(tmp_path_factory.mktemp("whole") / "run", full_set())
    return folder, publish_run(folder)


def test_everything_is_written(whole):
    folder, paths = whole
    assert all(path.is_file() and path.stat().st_size for path in paths if "left" not in path.name)
    names = {str(path.relative_to(folder)) for path in paths}
    drawn = {"one-way-by-year", "beside-peers", "message-length", "switch-interrupt", "operations"}
    drawn |= {"across-cores", "samples-ipc", "samples-interrupt", "samples-cross-all-cores"}
    drawn |= {"growing-load"}
    for name in drawn:
        assert {f"plots/{name}.svg", f"plots/{name}.png"} <= names
    assert {"results.csv", "tables/one-way.tex", "tables/left-out.txt"} <= names


@pytest.mark.skipif(not shutil.which("gnuplot"), reason="gnuplot is missing")
def test_the_papers_figures_are_made(whole):
    folder, paths = whole
    for name in ("one-way", "peers", "length"):
        assert folder / "paper" / f"{name}.pdf" in paths
        assert (folder / "paper" / f"{name}.pdf").read_bytes().startswith(b"%PDF")


def test_without_gnuplot_the_reason_is_given(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("rendezvous.publish.gnuplot.shutil.which", lambda _: None)
    paths = publish_run(write_run(tmp_path / "run", full_set()))
    assert tmp_path / "run/paper/peers.gp" in paths
    assert not list((tmp_path / "run").rglob("*.pdf"))
    assert "paper/peers.pdf: gnuplot is missing" in capsys.readouterr().err


def test_the_same_records_give_the_same_files(whole, tmp_path):
    folder, paths = whole
    again = publish_run(write_run(tmp_path / "run", full_set()))
    for one, two in zip(paths, again, strict=True):
        assert one.relative_to(folder) == two.relative_to(tmp_path / "run")
        digests = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (one, two)}
        assert len(digests) == 1, one.name


def test_results_csv_has_one_header_and_flat_parameters(whole):
    with open(whole[0] / "results.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(full_set())
    call = next(row for row in rows if row["bench"] == "ipc/call")
    assert (call["params.words"], call["params.space"], call["params.source"]) == ("0", "same", "")
    assert (call["median"], call["p99"], call["kernel"]) == ("100", "", "80")
    cross = next(row for row in rows if row["bench"] == "cross/call")
    assert cross["cores"] == "0:300+30 1:420+25"


def test_a_plot_names_unit_clock_and_source(whole):
    fig, _ = plots.switch_and_interrupt(load_run(whole[0]))
    text = " ".join(t.get_text() for t in fig.texts)
    assert "commit 0123456789ab" in text and "queue=benno" in text and "QEMU 0.0 tcg" in text
    for axes in fig.axes:
        assert axes.get_xlabel() == "instructions (counted by the emulator, one core active)"


def test_ours_has_an_axis_of_its_own(whole, published):
    fig, left_out = plots.published_by_year(load_run(whole[0]), published)
    kernel, user, ours = fig.axes
    assert kernel.get_ylabel().startswith("cycles") and ours.get_ylabel().startswith("instructions")
    assert ours.get_ylim()[0] == 0 and not left_out
    fills = Counter(line.get_fillstyle() for line in kernel.get_lines())
    assert fills == {"none": 6, "left": 4, "full": 1}
    assert user.get_ylim() == kernel.get_ylim()


def test_emulated_time_is_never_plotted(tmp_path, capsys):
    folder = write_run(tmp_path / "run", full_set("emulated-time"), clock="emulated-time")
    for name in ("samples-ipc.png", "switch-interrupt.svg"):
        (folder / "plots").mkdir(exist_ok=True)
        (folder / "plots" / name).write_text("from an earlier time")
    publish_run(folder)
    drawn = {path.stem for path in (folder / "plots").iterdir()}
    assert drawn <= {"one-way-by-year", "beside-peers", "across-cores"}
    assert "emulated time is not performance" in (folder / "tables/records.txt").read_text()
    assert "ipc/call" in capsys.readouterr().err
    assert "no figure of ours" in (folder / "tables/left-out.txt").read_text()


def test_identical_samples_are_one_value(make_run):
    samples = list(plots.distributions(make_run([record("null/syscall", "event", [41] * 200)])))
    (group, fig), axes = samples[0], samples[0][1].axes[0]
    assert group == "null" and [text.get_text() for text in axes.texts] == ["41 (all 200)"]
    assert "no percentile" in fig.texts[1].get_text()


def test_two_clocks_never_share_a_panel(make_run):
    lines = [record("switch/yield", "event", [9] * 4, space="same")]
    lines.append(record("switch/thread", "event", [7] * 4, clock="cycles", space="same"))
    fig, _ = plots.switch_and_interrupt(make_run(lines))
    assert sorted(axes.get_xlabel().split()[0] for axes in fig.axes) == ["cycles", "instructions"]


def test_a_run_with_next_to_nothing_is_published(tmp_path):
    folder = write_run(tmp_path / "run", [skipped("cross/call", "round-trip", "one core only")])
    (folder / "environment.json").write_text(json.dumps({}))
    publish_run(folder)
    reasons = (folder / "tables/left-out.txt").read_text()
    assert "across cores: cross/call: skip: one core only" in reasons


# Labels


def test_labels_are_moved_apart_and_keep_their_order():
    moved = apart([10, 10.5, 30], 4)
    assert moved[1] - moved[0] == pytest.approx(4) and moved[2] == 30
    assert apart([5], 4) == [5] and apart([], 4) == []


def test_a_label_goes_left_of_a_crowd():
    points = [(2010, 288), (2013, 301), (1993, 250)]
    assert goes_left(2010, 288, points)
    assert not goes_left(2013, 301, points) and not goes_left(1993, 250, points)


def test_outliers_stay_and_make_the_axis_logarithmic(make_run):
    run = make_run([record("switch/yield", "event", [*range(100, 300), 9000], clock="cycles")])
    axes = next(plots.distributions(run))[1].axes[0]
    assert axes.get_xscale() == "log" and axes.get_xlim()[1] > 9000
    assert axes.get_xlabel() == "cycles (time-stamp counter), log scale"
    latency = plots.switch_and_interrupt(run)[0].axes[0]
    assert latency.get_xlim()[1] < 1000 and "100 to 9000" in latency.texts[0].get_text()


def test_cores_that_agree_are_one_row(make_run):
    def across(core, value):
        work = [{"core": 0, "kernel": 9, "user": 1}, {"core": core, "kernel": value, "user": 2}]
        many = {"clock": "instructions-all-cores", "core": core, "cores": work}
        return record("cross/signal", "one-way", [value + 12] * 4, **many)

    run = make_run([across(1, 30), across(2, 30), across(3, 30), across(4, 31)])
    rows = plots.without_likes(run.records)
    assert [row.params["core"] for row in rows] == ["1 to 3", 4]
    names = [t.get_text() for t in plots.across_cores(run)[0].axes[0].get_yticklabels()]
    assert names[:2] == [
        "cross/signal core 1 to 3, one-way: on core 0",
        "cross/signal core 1 to 3, one-way: on that core",
    ]
