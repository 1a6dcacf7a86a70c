# The commands of scripts/rdv that compare, guard and look closer, each from its own module.
# SPDX-License-Identifier: BSD-2-Clause

from rendezvous.compare import compare_command
from rendezvous.regress import regress_command

COMMANDS = (compare_command, regress_command)


def add_commands(group):
    for command in COMMANDS:
        group.add_command(command)
