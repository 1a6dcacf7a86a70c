# Decides whether a run is traced, and readies the tracer for it.
# SPDX-License-Identifier: BSD-2-Clause

from tracer.build import build_tracer, plugin_arguments
from tracer.image import write_symbols


def ready_tracer(machine, built, output):
    """(the emulator's options, "") or ([], why this run is not traced)."""
    if machine.clock != "instructions":
        return [], f"the tracer counts instructions, and the clock is {machine.clock}"
    tracer = build_tracer(built.folder)
    if not tracer.plugin:
        return [], tracer.reason
    symbols = built.folder / "kernel.symbols"
    write_symbols(built.kernel, symbols)
    return plugin_arguments(tracer.plugin, output, symbols), ""
