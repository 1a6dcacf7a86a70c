# Configures and builds one variant of the kernel with its root tasks.
# SPDX-License-Identifier: BSD-2-Clause

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from rendezvous.axes import describe, differences
from rendezvous.problem import Problem
from rendezvous.tree import BUILD, ROOT

COMPILERS = ("gcc", "clang")
LAST_LINES, LONGEST_LINE = 40, 300


@dataclass(frozen=True)
class Build:
    """One build folder and what it was made from."""

    folder: Path
    variant: dict
    compiler: str

    @property
    def kernel(self):
        return self.folder / "rendezvous.elf"

    def module(self, root):
        """The packed root task, "bench" or "test"."""
        return self.folder / f"{root}.pack"


def build_name(variant, compiler, axes):
    return "-".join([compiler, *(differences(variant, axes) or ["default"])])


def moved(folder):
    """Whether the folder was configured for a tree that lies elsewhere now."""
    cache = folder / "CMakeCache.txt"
    if not cache.exists():
        return False
    return f"CMAKE_HOME_DIRECTORY:INTERNAL={ROOT}\n" not in cache.read_text()


def run_logged(command, log):
    """Runs it with its output in the log; a failure shows the log's last lines."""
    with open(log, "a") as file:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file)
    if done.returncode != 0:
        lines = log.read_text(errors="replace").splitlines()[-LAST_LINES:]
        tail = "\n".join(line[:LONGEST_LINE] for line in lines)
        raise Problem(f"The build failed:\n{tail}", f"All of its output: {log}")


def build(variant, compiler, axes, targets=()):
    """Brings the variant's build folder up to date; by default all of it."""
    if not shutil.which(compiler):
        raise Problem(f"the compiler '{compiler}' is not installed")
    folder = BUILD / build_name(variant, compiler, axes)
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "build.log"
    log.write_text("")
    configure = ["cmake", "-S", str(ROOT), "-B", str(folder), "-G", "Ninja"]
    configure += [f"-DRDV_AXES={describe(variant).replace(',', ';')}"]
    configure += [f"-DCMAKE_C_COMPILER={compiler}", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON"]
    run_logged(configure + (["--fresh"] if moved(folder) else []), log)
    wanted = [word for target in targets for word in ("--target", target)]
    run_logged(["cmake", "--build", str(folder), *wanted], log)
    return Build(folder, variant, compiler)
