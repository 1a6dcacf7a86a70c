# Other commits: checked out below build/, never in the user's own tree, and measured there.
# SPDX-License-Identifier: BSD-2-Clause

import subprocess

from rendezvous.environment import git
from rendezvous.problem import Problem
from rendezvous.tree import BUILD, ROOT

FOLDER = BUILD / "worktrees"
LAST_LINES = 30


def git_or_refuse(*arguments):
    """Output of git in the user's repository; a Problem with its own words where it fails."""
    words = ["git", "-C", str(ROOT), "-c", "safe.directory=*", *map(str, arguments)]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise Problem(f"git {' '.join(map(str, arguments))}: {done.stderr.strip()}")
    return done.stdout.strip()


def resolve(name):
    """The commit that a person means, as its full name; None if there is none."""
    return git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")


def subject(commit):
    return git_or_refuse("log", "-1", "--format=%h %s", commit)


def check_out(commit, name=None):
    """A folder below build/ with this commit; the builds in it are kept for the next time."""
    folder = FOLDER / (name or commit[:12])
    git_or_refuse("worktree", "prune")
    if not (folder / ".git").exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        git_or_refuse("worktree", "add", "--force", "--detach", folder, commit)
    else:
        git_or_refuse("-C", folder, "checkout", "--quiet", "--force", "--detach", commit)
    return folder


def options(wish):
    """A wish as words of the command line."""
    machine, limits = wish.machine, wish.limits
    words = ["--accel", machine.accel, "--clock", machine.clock, "--cores", machine.cores]
    words += ["--compiler", wish.compiler, "--repetitions", wish.repetitions]
    words += ["--stall-limit", limits.stall, "--time-limit", limits.total]
    words += ["--filter", wish.filter] if wish.filter else []
    words += ["--samples", wish.samples] if wish.samples else []
    words += ["--boot-arguments", wish.extra] if wish.extra else []
    return [*map(str, words), *(word for v in wish.variant for word in ("--variant", v))]


def measure_in(folder, wish):
    """Runs the benchmarks by the folder's own scripts; gives the run directory."""
    command = [str(folder / "scripts/bench"), "--no-install", "--no-plots", *options(wish)]
    command += ["--output", str(wish.output)]
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if done.returncode != 0 or not (wish.output / "latest").exists():
        tail = "\n".join(f"  | {line}" for line in done.stdout.splitlines()[-LAST_LINES:])
        raise Problem(f"The commit in {folder} could not be measured:\n{tail}")
    return (wish.output / "latest").resolve()
