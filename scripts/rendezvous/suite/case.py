# What the parts of the suite give: cases, each with its outcome.
# SPDX-License-Identifier: BSD-2-Clause

import subprocess
import xml.etree.ElementTree as xml
from dataclasses import dataclass

from rendezvous.problem import Problem
from rendezvous.tree import ROOT

PASS, FAIL, SKIP = "pass", "fail", "skip"


@dataclass(frozen=True)
class Case:
    """One thing that was tried."""

    name: str
    status: str = PASS
    reason: str = ""


def check(name, complaints):
    """A case that passes when there is nothing to complain about."""
    complaints = [str(c) for c in complaints]
    return Case(name, FAIL if complaints else PASS, "\n".join(complaints))


def attempt(name, function, *arguments):
    """A case that passes when the function does not raise a Problem."""
    try:
        function(*arguments)
    except Problem as problem:
        return Case(name, FAIL, str(problem))
    return Case(name)


def command(name, words, seconds=600):
    """A case that passes when the command succeeds; its output is the reason if not."""
    try:
        done = subprocess.run(
            [str(word) for word in words],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            text=True,
            errors="replace",
        )
    except subprocess.TimeoutExpired:
        return Case(name, FAIL, f"not done after {seconds} seconds")
    return Case(name, FAIL, done.stdout.strip()) if done.returncode else Case(name)


def junit_case(element):
    """A test case of a JUnit file, which pytest and ctest both write."""
    name = f"{element.get('classname', '')}.{element.get('name')}".split(".", 1)[-1]
    for tag, status in (("failure", FAIL), ("error", FAIL), ("skipped", SKIP)):
        found = element.find(tag)
        if found is not None:
            text = found.text if status == FAIL else found.get("message")
            output = element.findtext("system-out") or ""
            return Case(name, status, text or output or found.get("message") or "no reason given")
    return Case(name)


def read_junit(path):
    return [junit_case(element) for element in xml.parse(path).iter("testcase")]


def junit_cases(path, whole):
    """All cases of a JUnit file; `whole` is the case of the command that should have written it."""
    try:
        cases = read_junit(path)
    except (OSError, xml.ParseError):
        return [whole if whole.status == FAIL else Case(whole.name, FAIL, "it wrote no results")]
    if whole.status == FAIL and not any(case.status == FAIL for case in cases):
        cases.append(whole)
    return cases or [Case(whole.name, FAIL, "it holds no test")]
