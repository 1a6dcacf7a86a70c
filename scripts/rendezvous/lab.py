# The commands of scripts/rdv that compare, guard and look closer, each from its own module.
# SPDX-License-Identifier: BSD-2-Clause

from rendezvous.bisection import bisect_command, step_command
from rendezvous.compare import compare_command
from rendezvous.debug import debug_command
from rendezvous.regress import regress_command

COMMANDS = (compare_command, regress_command, bisect_command, step_command, debug_command)


def add_commands(group):
    for command in COMMANDS:
        group.add_command(command)
