# Parts of the suite that need no emulator: builds, static analysis, hosted and script tests.
# SPDX-License-Identifier: BSD-2-Clause

import re
import sys

from rendezvous.suite.case import FAIL, attempt, command, junit_cases
from rendezvous.tree import ROOT

CPPCHECK = (
    "cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 --max-configs=1 "
    "--enable=warning,performance,portability --suppress=missingIncludeSystem"
).split()
# It takes the ends of tables that the linker makes for unrelated objects, does not know that
# panic() never returns, and that a register variable is read by the asm that follows it.
CPPCHECK += [
    f"--suppress={name}"
    for name in ("comparePointers", "arrayIndexOutOfBoundsCond", "constStatement")
]


def builds(context):
    """Both compilers, and every choice of every axis; warnings are errors."""
    for words in context.variants():
        for compiler in ("gcc", "clang"):
            name = " ".join([compiler, *(words or ["default"])])
            yield attempt(name, context.build, compiler, *words)


def analysis(context):
    """What cppcheck and clang-tidy find in the kernel."""
    project = context.build("clang").folder
    database = project / "compile_commands.json"
    yield command("cppcheck", [*CPPCHECK, f"--project={database}"])
    kernel = rf"^{re.escape(str(ROOT))}/(kernel|arch|smp)/.*(?<!offsets)\.c$"
    yield command("clang-tidy", ["run-clang-tidy", "-quiet", "-p", project, kernel])


def hosted(context):
    """Kernel code on a host implementation of the architecture contract, with sanitizers."""
    folder = context.folder / "hosted"
    configure = ["cmake", "-S", ROOT / "tests/hosted", "-B", folder, "-G", "Ninja"]
    for words in (configure, ["cmake", "--build", folder]):
        step = command("build", words)
        if step.status == FAIL:
            return [step]
    results = folder / "results.xml"
    words = ["ctest", "--test-dir", folder, "--output-on-failure", "--timeout", 60]
    return junit_cases(results, command("ctest", [*words, "--output-junit", results]))


def scripts(context):
    """The scripts' own tests."""
    results = context.folder / "pytest.xml"
    words = [sys.executable, "-m", "pytest", "-q", ROOT / "tests/scripts"]
    words += ["-m", "not slow"] if context.quick else []
    return junit_cases(results, command("pytest", [*words, f"--junitxml={results}"], 900))
