# The reader of the protocol: takes what is whole, refuses everything else and says why.
# SPDX-License-Identifier: BSD-2-Clause

import pytest

from fake_guest import HEADER, PROGRESS, console, encode, record, test_line
from rendezvous.problem import Problem
from rendezvous.protocol import read_log
from rendezvous.table import notes


def refused(data, why):
    with pytest.raises(Problem, match=why):
        read_log(data)


def test_whole_run():
    log = read_log(console([PROGRESS, record(), record(bench="ipc/reply")]))
    assert [r["bench"] for r in log.records] == ["ipc/call", "ipc/reply"]
    assert log.header["variant"] == "queue=benno"
    assert "rdv" not in log.header and "rdv" not in log.records[0]


def test_root_task_that_tests():
    log = read_log(console([test_line()], header={**HEADER, "root": "test"}))
    assert log.tests[0]["name"] == "untyped_retype"


def test_a_record_may_count():
    counts = {"wakeups": 2, "merged": 62}
    assert read_log(console([record(counts=counts)])).records[0]["counts"] == counts
    refused(console([record(counts={"wakeups": "2"})]), "not of type 'integer'")
    refused(console([record(count=2)]), "count")


def test_counts_are_shown():
    shown = list(notes([{**record(counts={"wakeups": 2, "merged": 62}), "kernel_reason": ""}]))
    assert shown == ["counted: ipc/call words=4 space=different: 2 wakeups, 62 merged"]


@pytest.mark.parametrize("keep", range(0, len(console()), 7))
def test_truncated_anywhere(keep):
    with pytest.raises(Problem):
        read_log(console()[:keep])


def test_truncated_between_lines():
    refused(b"".join(console().splitlines(True)[:-1]), "no trailer")


def test_cut_in_the_middle_of_a_line():
    refused(console()[:-4], "cut off")


def test_no_output():
    refused(b"", "no header")


def test_corrupted_byte():
    refused(console().replace(b"205", b"206"), "checksum")


def test_corrupted_header():
    refused(console().replace(b'"0.1"', b'"0.2"'), "checksum")


def test_wrong_checksum():
    refused(console(trailer={"checksum": "00000000"}), "trailer says 00000000")


def test_lost_record():
    lines = console([record(), record(bench="ipc/reply")]).splitlines(True)
    refused(b"".join(lines[:2] + lines[3:]), "counts 2 lines; 1 came")


def test_panic():
    panic = encode({"rdv": "panic", "reason": "assertion failed: x"})
    refused(b"".join(console().splitlines(True)[:2]) + panic, "panicked: assertion failed: x")


def test_panic_before_the_header():
    refused(encode({"rdv": "panic", "reason": "no memory"}), "panicked: no memory")


def test_lines_after_the_trailer():
    refused(console() + encode(record()), "after the trailer")


def test_second_header():
    refused(console() + console(), "after the trailer")
    refused(encode(HEADER) + console(), "second header")


def test_record_before_the_header():
    refused(encode(record()) + console(), "before the header")


def test_same_measurement_twice():
    refused(console([record(), record()]), "recorded 2 times")


def test_test_line_from_the_benchmark():
    refused(console([test_line()]), "from the root task 'bench'")


@pytest.mark.parametrize(
    "changes, why",
    [
        ({"samples": [1.5, 2, 3]}, "not an integer"),
        ({"samples": [float("nan"), 2, 3]}, "not an integer"),
        ({"samples": [True, 2, 3]}, "True is not of type"),
        ({"samples": [1 << 63, 2, 3]}, "greater than the maximum"),
        ({"samples": [-1, 2, 3]}, "negative"),
        ({"samples": [], "marks": 0}, "no samples"),
        ({"unit": "cycles"}, "does not count cycles"),
        ({"clock": "seconds"}, "'seconds' is not one of"),
        ({"status": "skip"}, "no reason"),
        ({"marks": 2}, "2 marked regions for 3 samples"),
        ({"amortised": 7}, "neither"),
        ({"bench": "ipc"}, "does not match"),
        ({"params": {"words": [4]}}, "is not of type"),
        ({"extra": 1}, "Additional properties"),
        ({"rdv": "recrod"}, "unknown kind of line"),
    ],
)
def test_bad_record(changes, why):
    refused(console([record(**changes)]), why)


def test_missing_field():
    short = record()
    del short["overhead"]
    refused(console([short]), "'overhead' is a required property")


def test_line_that_is_not_json():
    refused(console().replace(b'"words":4,', b'"words":4;'), "console line 3")


def test_bytes_that_are_not_text():
    refused(console().replace(b"ipc/call", b"ipc\xff\xfe"), "console line 3")


def test_too_long_a_line():
    refused(console([record(samples=[200] * 30000, marks=0)]), "at most 65536")


def test_other_schema():
    refused(console(header={**HEADER, "schema": 2}), "1 was expected")


def test_skip_needs_no_samples():
    log = read_log(console([record(status="skip", reason="one core", samples=[], marks=0)]))
    assert log.records[0]["reason"] == "one core"
