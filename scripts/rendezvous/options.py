# Options that several commands share, and the Wish that they make.
# SPDX-License-Identifier: BSD-2-Clause

from pathlib import Path

import click

from rendezvous.build import COMPILERS
from rendezvous.machine import CLOCKS, Limits, Machine
from rendezvous.measure import Wish
from rendezvous.tree import RESULTS

WIDTH = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
COUNTED = "instructions"
SECONDS = click.FloatRange(min=0, min_open=True)
FOLDER = click.Path(path_type=Path)

OPTIONS = [
    click.option("--accel", type=click.Choice(list(CLOCKS)), default="tcg", show_default=True),
    click.option(
        "--clock",
        type=click.Choice([clock for clocks in CLOCKS.values() for clock in clocks]),
        help="What time is counted in. Default: instructions for tcg, cycles for kvm.",
    ),
    click.option("--cores", type=int, default=4, show_default=True, help="Cores of the machine."),
    click.option("--filter", default="", metavar="PATTERN", help="Only benchmarks like ipc/*."),
    click.option(
        "--repetitions",
        type=click.IntRange(1, 1000),
        help="Boots. Counted ones must all agree; timed ones are put together. "
        "Default: 1; where timed runs are compared, 5.",
    ),
    click.option("--samples", type=click.IntRange(1, 3000), help="Samples of each benchmark."),
    click.option("--variant", multiple=True, metavar="AXIS=CHOICE", help="A design choice."),
    click.option(
        "--compiler", type=click.Choice(COMPILERS), default="gcc", show_default=True
    ),
    click.option("--output", type=FOLDER, default=RESULTS, help="Where runs go. Default: results/"),
    click.option("--stall-limit", type=SECONDS, default=Limits.stall, show_default=True,
                 help="Seconds without progress until the guest counts as hung."),
    click.option("--time-limit", type=SECONDS, default=Limits.total, show_default=True,
                 help="Seconds that a boot may take in all."),
    click.option("--boot-arguments", default="", metavar="WORDS", help="More boot arguments."),
    click.option("--no-install", is_flag=True, help="Only check what is missing."),
    click.option("--no-plots", is_flag=True, help="Only measure."),
    click.option("--json", "as_json", is_flag=True, help="Print the records as JSON lines only."),
]  # fmt: skip


def with_options(function):
    for option in reversed(OPTIONS):
        function = option(function)
    return function


def wish_of(o, repetitions_timed=1):
    """The options as a Wish."""
    clock = o["clock"] or CLOCKS[o["accel"]][0]
    usual = 1 if clock == COUNTED else repetitions_timed
    return Wish(
        machine=Machine(o["accel"], clock, o["cores"]),
        limits=Limits(o["stall_limit"], o["time_limit"]),
        variant=o["variant"],
        compiler=o["compiler"],
        filter=o["filter"],
        samples=o["samples"] or 0,
        repetitions=o["repetitions"] or usual,
        extra=o["boot_arguments"],
        output=o["output"].absolute(),
        plots=not o["no_plots"],
    )


def start(program, **naming):
    """Runs a click command and gives its exit status.

    Not click's own way: it ends Ctrl-C with 1, which of rdv means a difference.
    """
    try:
        status = program.main(standalone_mode=False, **naming)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        raise KeyboardInterrupt from None
    return status if isinstance(status, int) else 0


def shown(path):
    """The path as a person would type it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
