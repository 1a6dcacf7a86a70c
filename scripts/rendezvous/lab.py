# The commands of scripts/rdv besides run, each from its own module.
# SPDX-License-Identifier: BSD-2-Clause

from rendezvous.bisection import bisect_command, step_command
from rendezvous.browse import list_command, plot_command, show_command
from rendezvous.compare import compare_command
from rendezvous.debug import debug_command
from rendezvous.regress import regress_command

COMMANDS = (
    *(list_command, show_command, plot_command),
    *(compare_command, regress_command),
    *(bisect_command, step_command, debug_command),
)


def add_commands(group):
    for command in COMMANDS:
        group.add_command(command)
