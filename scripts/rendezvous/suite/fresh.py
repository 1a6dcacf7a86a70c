# Both commands in a fresh Debian root, from a fresh clone: what a newcomer would see.
# SPDX-License-Identifier: BSD-2-Clause

import os
import re
import subprocess
from pathlib import Path

from rendezvous.suite.case import FAIL, SKIP, Case, check
from rendezvous.tree import ROOT

SUITE = "bookworm"
MAKE_SECONDS, COMMAND_SECONDS = 900, 2400
# Mounts and processes of its own, so that nothing stays behind, however it ends.
APART = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
ENTER = 'mount -t proc proc "$1/proc" && mount --bind /dev "$1/dev" && exec chroot "$@"'
CLONE = "root/a clone"  # with a space, since a person may have one
OUTCOME = re.compile(r"^\d+ passed, 0 failed(, \d+ skipped)?$", re.M)


def run(words, seconds):
    """Status and output; 124 when it took too long."""
    try:
        done = subprocess.run(
            [str(word) for word in words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            text=True,
            errors="replace",
        )
    except subprocess.TimeoutExpired as expired:
        return 124, f"not done after {seconds} seconds\n{(expired.stdout or b'')[-2000:]}"
    return done.returncode, done.stdout


def enter(root, *words):
    """The command as run inside the root, bounded, with nothing of the host's settings."""
    environment = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8", "CI=true"]
    inside = ["env", "-i", *environment, *words]
    return ["timeout", "-k", "5", COMMAND_SECONDS, *APART, "sh", "-c", ENTER, "sh", root, *inside]


def prepare(root):
    """The root itself, the network's settings and the clone; gives the complaint, if any."""
    make = ["mmdebstrap", "--variant=minbase", SUITE, root]
    status, output = run(make, MAKE_SECONDS)
    if status != 0:
        return f"mmdebstrap failed:\n{output[-2000:]}"
    (root / "etc/resolv.conf").write_bytes(Path("/etc/resolv.conf").read_bytes())
    status, output = run(["git", "clone", "--quiet", ROOT, root / CLONE], 60)
    return "" if status == 0 else f"git clone failed:\n{output}"


def bench_case(root):
    status, output = run(enter(root, f"/{CLONE}/scripts/bench"), COMMAND_SECONDS + 30)
    latest = root / CLONE / "results/latest"
    complaints = [] if status == 0 else [f"exit status {status}:\n{output[-4000:]}"]
    complaints += [] if list(latest.glob("plots/*.png")) else ["there are no plots"]
    complaints += [] if list(latest.glob("tables/*.txt")) else ["there are no tables"]
    return check("scripts/bench in a fresh root", complaints)


def test_case(root):
    status, output = run(enter(root, f"/{CLONE}/scripts/test"), COMMAND_SECONDS + 30)
    complaints = [] if status == 0 else [f"exit status {status}:\n{output[-4000:]}"]
    complaints += [] if OUTCOME.search(output) else ["it does not end with the numbers"]
    return check("scripts/test in a fresh root", complaints)


def fresh(context):
    """A fresh minimal Debian 12, a clone in it, and the two commands."""
    if os.geteuid() != 0:
        return [Case("fresh root", SKIP, "only root can make and enter another root")]
    root = context.folder / "root"
    complaint = prepare(root)
    if complaint:
        return [Case("fresh root", FAIL, complaint)]
    status, output = run(enter(root, "true"), 60)
    if status != 0:
        return [Case("fresh root", SKIP, f"entering another root is not permitted: {output}")]
    return [bench_case(root), test_case(root)]
