# Finds out whether this run can be traced, and with what.
# SPDX-License-Identifier: BSD-2-Clause


def find_tracer(machine, built, output):
    """(Plugin, "") or (None, why not)."""
    if machine.clock != "instructions":
        return None, f"the tracer runs only in counting mode, not with {machine.clock}"
    return None, "the tracer is not built"
