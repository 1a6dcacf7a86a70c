# The suite itself: its rules find what they are for, its counting counts, skips do not hide.
# SPDX-License-Identifier: BSD-2-Clause

import json

import pytest
from click.testing import CliRunner

from fake_guest import HEADER, console, record, test_line
from rendezvous.problem import Problem
from rendezvous.suite import command, guest, style
from rendezvous.suite.case import FAIL, PASS, SKIP, Case, check, junit_cases
from rendezvous.suite.case import command as run_command

GOOD = "/* What it is.\n * SPDX-License-Identifier: BSD-2-Clause */\n#pragma once\n"


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """Writes files of a small tree; gives their paths."""
    monkeypatch.setattr(style, "ROOT", tmp_path)

    def write(texts):
        paths = []
        for name, text in texts.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            paths.append(path)
        return paths

    return write


def test_good_header(tree):
    paths = tree({"kernel/a.h": GOOD})
    for rule in (
        style.opening_complaints,
        style.length_complaints,
        style.once_complaints,
        style.function_complaints,
        style.conditional_complaints,
        style.direction_complaints,
        style.unfinished_complaints,
    ):
        assert list(rule(paths)) == []


@pytest.mark.parametrize(
    "rule, text, complaint",
    [
        (style.opening_complaints, "\n * SPDX-License-Identifier: BSD-2-Clause", ":1: does not"),
        (style.opening_complaints, "/* What it is. */\nint x;\n", ":2: is not"),
        (style.length_complaints, "x" * 101, ":1: 101 columns"),
        (style.length_complaints, "x\n" * 801, "801 lines"),
        (style.once_complaints, "int x;\n", "no '#pragma once'"),
        (style.function_complaints, "f(void)\n{\n" + "x;\n" * 61 + "}\n", "function of 61 lines"),
        (style.conditional_complaints, "#ifdef X\n", "conditional compilation"),
        (style.unfinished_complaints, "/* TO" + "DO */", ":1: /* TO" + "DO */"),
        (style.direction_complaints, "#include <stdio.h>\n", "<stdio.h> is not known"),
    ],
)
def test_rules_find_what_they_are_for(tree, rule, text, complaint):
    (found, *_) = rule(tree({"kernel/a.h": text}))
    assert complaint in found


@pytest.mark.parametrize(
    "user, included, include, allowed",
    [
        ("bench/a.c", "kernel/internal/thread.h", "internal/thread.h", False),
        ("bench/a.c", "kernel/include/l4/tag.h", "l4/tag.h", True),
        ("bench/a.c", "user/include/l4user/ipc.h", "l4user/ipc.h", True),
        ("tests/guest/a.c", "smp/inbox.h", "smp/inbox.h", False),
        ("user/a.c", "kernel/internal/thread.h", "internal/thread.h", False),
        ("kernel/a.c", "arch/x86_64/include/arch_impl/cpu.h", "arch_impl/cpu.h", False),
        ("kernel/a.c", "arch/include/arch/cpu.h", "arch/cpu.h", True),
        ("kernel/a.c", "user/include/l4user/ipc.h", "l4user/ipc.h", False),
        ("arch/x86_64/a.c", "kernel/internal/thread.h", "internal/thread.h", True),
    ],
)
def test_direction_of_includes(tree, user, included, include, allowed):
    paths = tree({user: f"#include <{include}>\n", included: GOOD})
    assert (list(style.direction_complaints(paths)) == []) == allowed


def test_check_and_command():
    assert check("x", []).status == PASS
    assert check("x", ["bad"]) == Case("x", FAIL, "bad")
    assert run_command("x", ["true"]).status == PASS
    assert run_command("x", ["sh", "-c", "echo why; exit 1"]) == Case("x", FAIL, "why")
    assert "not done" in run_command("x", ["sleep", "5"], seconds=0.1).reason


JUNIT = """<testsuites><testsuite>
<testcase classname="a.b" name="one"/>
<testcase classname="a.b" name="two"><failure message="m">why</failure></testcase>
<testcase classname="a.b" name="three"><skipped message="no sudo"/></testcase>
</testsuite></testsuites>"""


def test_junit(tmp_path):
    (tmp_path / "x.xml").write_text(JUNIT)
    cases = junit_cases(tmp_path / "x.xml", Case("pytest", FAIL, "output"))
    assert [(c.name, c.status, c.reason) for c in cases] == [
        ("b.one", PASS, ""),
        ("b.two", FAIL, "why"),
        ("b.three", SKIP, "no sudo"),
    ]


def test_junit_that_was_not_written(tmp_path):
    assert junit_cases(tmp_path / "x.xml", Case("pytest", FAIL, "crash"))[0].reason == "crash"
    assert junit_cases(tmp_path / "x.xml", Case("pytest"))[0].status == FAIL


def test_junit_without_a_test(tmp_path):
    (tmp_path / "x.xml").write_text("<testsuites/>")
    assert junit_cases(tmp_path / "x.xml", Case("pytest"))[0].reason == "it holds no test"


def part(*cases):
    def run(context):
        """What it tries."""
        yield from cases
        if not cases:
            raise Problem("it cannot run")

    return command.Part("part", "quick", run)


@pytest.fixture
def suite(monkeypatch):
    """Runs scripts/test with one part that has these cases; gives status and lines."""

    def run(*cases, ci=""):
        monkeypatch.setattr(command, "PARTS", [part(*cases)])
        monkeypatch.setenv("CI", ci)
        result = CliRunner().invoke(command.suite, [])
        return result.exit_code, result.output.splitlines()

    return run


def test_all_pass(suite):
    assert suite(Case("a"), Case("b"))[0] == 0
    assert suite(Case("a"), Case("b"))[1][-1] == "2 passed, 0 failed"


def test_failure(suite):
    status, lines = suite(Case("a"), Case("b", FAIL, "why"))
    assert status == 1 and lines[-1] == "1 passed, 1 failed"
    assert "  FAIL b" in lines and "      why" in lines


def test_part_that_cannot_run(suite):
    status, lines = suite()
    assert status == 1 and "      it cannot run" in lines


def test_skips_are_shown_and_fail_under_ci(suite):
    cases = Case("a"), Case("b", SKIP, "no sudo")
    status, lines = suite(*cases)
    assert status == 0 and lines[-1] == "1 passed, 0 failed, 1 skipped"
    assert "      no sudo" in lines
    assert suite(*cases, ci="true")[0] == 1


def test_expected_skips_do_not_fail_under_ci(suite, monkeypatch):
    monkeypatch.setattr(command, "EXPECTED_SKIPS", {"part": command.FEW_CORES})
    few = Case("b", SKIP, "b.c:7: needs 2 cores; this machine has 1")
    assert suite(Case("a"), few, ci="true")[0] == 0
    assert suite(Case("a"), Case("b", SKIP, "other"), ci="true")[0] == 1


def test_nothing_passed_is_not_success(suite):
    assert suite(Case("b", SKIP, "no sudo"))[0] == 1


def names(*arguments):
    return [p.name for p in command.chosen(*arguments)]


def test_parts_that_are_chosen():
    assert "guest" in names(True, False, ()) and "image" not in names(True, False, ())
    assert "image" in names(False, False, ()) and "fresh" not in names(False, False, ())
    assert "fresh" in names(False, True, ())
    assert names(True, False, ("image",)) == ["image"]
    with pytest.raises(Problem, match="no part 'x'"):
        names(False, False, ("x",))


def test_guest_tests_are_cases():
    lines = [test_line(), test_line(name="b", status="fail", reason="1 != 2", file="b.c", line=7)]
    cases = guest.log_cases(console(lines, header={**HEADER, "root": "test"}), "2 cores")
    assert cases[0] == Case("untyped_retype on 2 cores")
    assert cases[1] == Case("b on 2 cores", FAIL, "b.c:7: 1 != 2")
    with pytest.raises(Problem, match="ran no test"):
        guest.log_cases(console([], header={**HEADER, "root": "test"}), "2 cores")


def test_tests_that_no_machine_has_run():
    cases = [Case("a on 1", SKIP), Case("a on 2"), Case("b on 1", SKIP), Case("b on 2", SKIP)]
    assert guest.skipped_everywhere(cases) == ["b"]


def test_benchmarks_are_cases():
    skip = record(status="skip", reason="one core", samples=[])
    assert guest.record_case(record(), 4).status == PASS
    assert guest.record_case(skip, 4).status == SKIP
    assert guest.record_case(skip, 1).status == PASS
    assert guest.record_case(record(status="error", reason="x"), 1).status == FAIL


def test_runs_that_differ(tmp_path):
    for name, host in (("a", 1), ("b", 2)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "records.jsonl").write_text("{}")
        environment = {"kernel": "0.1", "host": host}
        (tmp_path / name / "environment.json").write_text(json.dumps(environment))
    runs = tmp_path / "a", tmp_path / "b"
    assert list(guest.differing(*runs)) == []
    (tmp_path / "b/records.jsonl").write_text("{ }")
    (tmp_path / "b/environment.json").write_text(json.dumps({"kernel": "0.2", "host": 1}))
    assert len(list(guest.differing(*runs))) == 2
