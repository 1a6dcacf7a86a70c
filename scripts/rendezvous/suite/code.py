# Parts of the suite that need no emulator: builds, static analysis, hosted and script tests.
# SPDX-License-Identifier: BSD-2-Clause

import re
import sys

from rendezvous.suite.case import FAIL, PASS, attempt, command, junit_cases, read_junit
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
    for words in context.variants()[: 1 if context.quick else None]:
        yield from hosted_cases(context.folder / "-".join(["hosted", *words]), words)


def hosted_cases(folder, axes):
    """The cases of one variant: each of cmocka's, and each program that did not end well."""
    configure = ["cmake", "-S", ROOT / "tests/hosted", "-B", folder, "-G", "Ninja"]
    configure += [f"-DRDV_AXES={';'.join(axes)}"]
    for words in (configure, ["cmake", "--build", folder]):
        step = command(f"build {folder.name}", words)
        if step.status == FAIL:
            return [step]
    settings = ["CMOCKA_MESSAGE_OUTPUT=xml", f"CMOCKA_XML_FILE={folder}/cmocka-%g.xml"]
    results = folder / "results.xml"
    run = ["env", *settings, "ctest", "--test-dir", folder, "--output-junit", results]
    programs = junit_cases(results, command("ctest", run))
    single = [case for path in sorted(folder.glob("cmocka-*.xml")) for case in read_junit(path)]
    return [program for program in programs if program.status != PASS] + single


def models(context):
    """The protocol models: they hold, and fail without any of their crucial steps."""
    results = context.folder / "models.xml"
    words = [sys.executable, "-m", "pytest", "-q", "-n", "auto", ROOT / "tests/models"]
    return junit_cases(results, command("pytest", [*words, f"--junitxml={results}"], 900))


def scripts(context):
    """The scripts' own tests."""
    results = context.folder / "pytest.xml"
    words = [sys.executable, "-m", "pytest", "-q", "-n", "auto", "--dist", "loadfile"]
    words += [ROOT / "tests/scripts"]
    words += ["-m", "not slow"] if context.quick else []
    return junit_cases(results, command("pytest", [*words, f"--junitxml={results}"], 900))
