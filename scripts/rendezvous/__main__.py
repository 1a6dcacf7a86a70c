# Where every command begins: installs what is missing, then runs the command.
# SPDX-License-Identifier: BSD-2-Clause
#
# Until ensure() has run, the standard library is all there is.

import importlib
import sys
from pathlib import Path

# Python was given this folder; the package is the folder itself, so its parent is searched.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from rendezvous.install import ensure  # noqa: E402
from rendezvous.problem import Problem  # noqa: E402

COMMANDS = {
    "bench": (["bench"], "rendezvous.command", "bench"),
    "rdv": (["bench", "lab"], "rendezvous.command", "rdv"),
    "test": (["bench", "lab", "test"], "rendezvous.suite", "main"),
}

# The status when a command could not do what it was asked: of rdv, 1 means a difference.
FAILED = {"bench": 1, "rdv": 3, "test": 1}


def needed_groups(groups, arguments):
    """What the arguments ask for beyond the command's own packages."""
    words = " ".join(arguments).replace("=", " ").split()
    more = ["clang"] if "clang" in words else []
    return [*groups, *more, *(["fresh"] if "--fresh" in words else [])]


def main(command, arguments):
    groups, module, function = COMMANDS[command]
    ensure(needed_groups(groups, arguments), allowed="--no-install" not in arguments)
    return getattr(importlib.import_module(module), function)()


def run():
    """Runs the command; a Problem is shown as what it is, without a traceback."""
    command = sys.argv.pop(1)
    sys.argv[0] = f"scripts/{command}"
    try:
        return main(command, sys.argv[1:])
    except Problem as problem:
        print(f"{sys.argv[0]}: {problem}", file=sys.stderr)
        return FAILED[command]
    except OSError as error:  # no space, no permission: the machine's affair, and not a bug
        where = f"{error.filename}: " if error.filename else ""
        print(f"{sys.argv[0]}: {where}{error.strerror}", file=sys.stderr)
        return FAILED[command]
    except KeyboardInterrupt:
        print(f"{sys.argv[0]}: interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(run())
