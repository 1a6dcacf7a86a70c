# The rules of the source tree that can be checked: headers, direction of includes, sizes.
# SPDX-License-Identifier: BSD-2-Clause

import json
import re
import shlex
import subprocess
from concurrent.futures import ThreadPoolExecutor

from rendezvous.environment import git
from rendezvous.problem import Problem
from rendezvous.suite.case import check, command
from rendezvous.tree import ROOT

LICENCE = "SPDX-License-Identifier: BSD-2-Clause"
COMMENTED = {".c", ".h", ".S", ".ld", ".py", ".sh", ".cmake", ".toml", ".gp"}
LONGEST_LINE, LONGEST_FILE, LONG_FUNCTION, LONGEST_FUNCTION = 100, 800, 60, 150
CONDITIONAL = re.compile(r"\s*#\s*(if|ifdef|ifndef|elif|else|endif)\b")
INCLUDE = re.compile(r'\s*#\s*include\s+[<"]([^>"]+)[>"]')
UNFINISHED = re.compile(r"\b(TO[D]O|FIX[M]E|X[X]X)\b")  # does not find itself

# What the compiler itself offers, and what the build generates for the kernel's side.
FREESTANDING = {"stdarg.h", "stdbool.h", "stddef.h", "stdint.h", "stdnoreturn.h"}
FREESTANDING |= {"stdalign.h", "stdatomic.h", "limits.h", "float.h", "iso646.h"}
GENERATED = {"config.h", "offsets.h"}
SEARCHED = ["kernel/include", "kernel", "kernel/internal", "arch/include", "arch/x86_64/include"]
SEARCHED += ["user/include", "kernel/axes/*/*", "arch/x86_64/message/*"]

ABI = "kernel/include/l4/"
CONTRACTS = ("kernel/", "arch/include/", "arch/x86_64/include/arch/", "smp/")
HOSTED = "arch/host/"  # stands on the C library
# Who may see what; the longest folder that fits decides.
VISIBLE = {
    "kernel/include/": (ABI,),
    "kernel/": CONTRACTS,
    "smp/": CONTRACTS,
    "arch/": (*CONTRACTS, "arch/"),
    "user/": (ABI, "user/"),
    "bench/": (ABI, "user/include/", "bench/"),
    "tests/guest/": (ABI, "user/include/", "tests/guest/"),
}


def files():
    """Paths in the tree, with what is new and without what is ignored or deleted."""
    listed = git("ls-files", "--cached", "--others", "--exclude-standard")
    if listed is None:
        raise Problem("the files of the tree cannot be listed", "Is this a git repository?")
    paths = (ROOT / name for name in sorted(set(listed.splitlines())))
    return [path for path in paths if path.is_file() and not path.is_symlink()]


def name_of(path):
    return str(path.relative_to(ROOT))


def read(path):
    return path.read_text(errors="replace")


def sources(paths):
    return [path for path in paths if path.suffix in (".c", ".h", ".S")]


def is_commented(path):
    """Whether this kind of file can say what it is."""
    return path.suffix in COMMENTED or path.name == "CMakeLists.txt" or read(path).startswith("#!")


def opening_complaints(paths):
    for path in filter(is_commented, paths):
        first, second = (read(path).splitlines() + ["", ""])[:2]
        if not first.startswith("#!") and len(re.findall(r"\w+", first)) < 2:
            yield f"{name_of(path)}:1: does not say what the file is"
        if LICENCE not in second:
            yield f"{name_of(path)}:2: is not '{LICENCE}'"


def length_complaints(paths):
    for path in filter(is_commented, paths):
        lines = read(path).splitlines()
        if len(lines) > LONGEST_FILE:
            yield f"{name_of(path)}: {len(lines)} lines, at most {LONGEST_FILE}"
        for number, line in enumerate(lines, 1):
            if len(line) > LONGEST_LINE:
                yield f"{name_of(path)}:{number}: {len(line)} columns, at most {LONGEST_LINE}"


def unfinished_complaints(paths):
    for path in filter(is_commented, paths):
        for number, line in enumerate(read(path).splitlines(), 1):
            if UNFINISHED.search(line):
                yield f"{name_of(path)}:{number}: {line.strip()}"


def once_complaints(paths):
    for path in paths:
        if path.suffix == ".h" and "\n#pragma once\n" not in read(path):
            yield f"{name_of(path)}: no '#pragma once'"


def function_lengths(path):
    """Name and lines of each function, by the brace in the first column."""
    lines = read(path).splitlines()
    opened = None
    for number, line in enumerate(lines):
        if line == "{":
            opened = number
        elif line == "}" and opened is not None:
            yield f"{name_of(path)}:{opened}", number - opened - 1
            opened = None


def function_complaints(paths):
    lengths = [f for path in sources(paths) if path.suffix != ".S" for f in function_lengths(path)]
    long = [(name, size) for name, size in lengths if size > LONG_FUNCTION]
    many = len(long) * 50 > len(lengths)
    for name, size in long:
        if many or size > LONGEST_FUNCTION:
            yield f"{name}: a function of {size} lines ({LONG_FUNCTION} but for two in a hundred)"


def conditional_complaints(paths):
    """None in the kernel and the SMP code, three in a thousand lines over all."""
    total, conditionals = 0, []
    for path in sources(paths):
        lines = read(path).splitlines()
        total += len(lines)
        found = [n for n, line in enumerate(lines, 1) if CONDITIONAL.match(line)]
        conditionals += [f"{name_of(path)}:{n}" for n in found]
    strict = [where for where in conditionals if where.startswith(("kernel/", "smp/"))]
    yield from (f"{where}: conditional compilation" for where in strict)
    if len(conditionals) * 1000 > 3 * total:
        yield f"{len(conditionals)} conditional lines in {total}: {' '.join(conditionals)}"


def resolve(include, path):
    """The file of the tree that an include names; None for the compiler's own and generated."""
    folders = (found for name in SEARCHED for found in ROOT.glob(name))
    for folder in [path.parent, ROOT, *folders]:
        if (folder / include).is_file():
            return name_of(folder / include)
    return None


def includes(path):
    for number, line in enumerate(read(path).splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1)


def direction_complaints(paths):
    for path in sources(paths):
        fitting = [folder for folder in VISIBLE if name_of(path).startswith(folder)]
        if not fitting or name_of(path).startswith(HOSTED):
            continue
        folder = max(fitting, key=len)
        generated = GENERATED if folder in ("kernel/", "arch/", "smp/") else set()
        for number, include in includes(path):
            found = resolve(include, path)
            if not found and include not in FREESTANDING | generated:
                yield f"{name_of(path)}:{number}: <{include}> is not known in the tree"
            elif found and not found.startswith(VISIBLE[folder]):
                yield f"{name_of(path)}:{number}: {folder} must not see {found}"


def compile_flags(folder):
    """For each source of a build: its compiler's words without input and output."""
    entries = json.loads((folder / "compile_commands.json").read_text())
    flags = {}
    for entry in entries:
        words = shlex.split(entry["command"])
        drop = {"-c", entry["file"], "-o", entry.get("output", "")}
        keep = [w for w in words[1:] if w not in drop and not w.endswith(".o")]
        flags[entry["file"]] = (entry["directory"], [words[0], *keep])
    return flags


def compiles_alone(header, flags):
    """A complaint if the header does not compile by itself, with its neighbours' flags."""
    top = header.relative_to(ROOT).parts[0]
    near = [f for file, f in flags.items() if file.startswith(f"{ROOT}/{top}/")]
    directory, words = (near or list(flags.values()))[0]
    done = subprocess.run(
        [*words, "-fsyntax-only", "-x", "c", "-"],
        input=f'#include "{header}"\n',
        cwd=directory,
        capture_output=True,
        text=True,
    )
    errors = [line for line in done.stderr.splitlines() if "error:" in line]
    return f"{name_of(header)}: {errors[:1]}" if done.returncode else None


def alone_complaints(paths, built):
    flags = compile_flags(built.folder)
    folders = tuple(f"{ROOT}/{name}/" for name in ("kernel", "arch", "smp", "user", "bench"))
    headers = [path for path in paths if path.suffix == ".h" and str(path).startswith(folders)]
    headers = [path for path in headers if "arch/host" not in str(path)]
    with ThreadPoolExecutor() as pool:
        yield from filter(None, pool.map(lambda header: compiles_alone(header, flags), headers))


def format_complaints(paths):
    words = ["clang-format", "--dry-run", "-Werror", *map(str, paths)]
    output = subprocess.run(words, capture_output=True, text=True).stderr
    places = [line.split(":")[:2] for line in output.splitlines() if ": error: " in line]
    lines = {name: [at for of, at in places if of == name] for name, _ in places}
    for name, numbers in lines.items():
        yield f"clang-format would change {name}, lines {', '.join(dict.fromkeys(numbers))}"


def formats(context):
    """Formatting as the tools would do it themselves."""
    paths = files()
    c = [path for path in paths if path.suffix in (".c", ".h")]
    python = [p for p in paths if p.suffix == ".py" or read(p).startswith("#!/usr/bin/python3")]
    yield check("clang-format", format_complaints(c))
    yield command("black", ["black", "--check", "--quiet", "--diff", *python])
    yield command("flake8", ["flake8", *python])


def rules(context):
    """The tree's own rules, for all of it."""
    paths = files()
    yield check("line 1 says what the file is, line 2 its licence", opening_complaints(paths))
    yield check("line and file lengths", length_complaints(paths))
    yield check("function lengths", function_complaints(paths))
    yield check("nothing unfinished", unfinished_complaints(paths))
    yield check("headers are included once", once_complaints(paths))
    yield check("conditional compilation", conditional_complaints(paths))
    yield check("direction of includes", direction_complaints(paths))
    yield check("headers compile alone", alone_complaints(paths, context.build()))
