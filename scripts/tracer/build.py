# Builds the tracer for the QEMU that is installed, or says why it cannot be had.
# SPDX-License-Identifier: BSD-2-Clause

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

SOURCES = [Path(__file__).parent / name for name in ("tracer.c", "symbols.c")]
PROBE_SECONDS = 20
FLAGS = "-std=gnu11 -O2 -shared -fPIC -fvisibility=hidden -pthread".split()
FLAGS += "-Wall -Wextra -Wshadow -Wconversion -Wundef -Werror".split()


@dataclass(frozen=True)
class Tracer:
    """The plugin's file; None with the reason when there is none for this QEMU."""

    plugin: Path | None
    reason: str = ""


def glib_flags():
    """Newer plugin headers include GLib's. Empty where it is not installed."""
    if not shutil.which("pkg-config"):
        return []
    query = ["pkg-config", "--cflags", "glib-2.0"]
    return subprocess.run(query, capture_output=True, text=True).stdout.split()


def compile_plugin(target, flags):
    """Returns the compiler's first error, or "" when the plugin was built."""
    command = ["gcc", *FLAGS, *flags, "-o", str(target), *map(str, SOURCES)]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode == 0:
        return ""
    errors = [line for line in done.stderr.splitlines() if "error" in line]
    return (errors or done.stderr.splitlines() or ["the compiler failed"])[0]


def probe(plugin, qemu):
    """Loads it into a machine without parts. Returns QEMU's complaint, or "" when it fits."""
    with tempfile.TemporaryDirectory() as folder:
        machine = "-M none -nodefaults -display none -monitor stdio".split()
        command = ["timeout", "-k", "1", str(PROBE_SECONDS), qemu, *machine]
        command += plugin_arguments(plugin, Path(folder) / "probe.jsonl")
        done = subprocess.run(command, input="quit\n", capture_output=True, text=True)
    if done.returncode == 0:
        return ""
    return (done.stderr.splitlines() or [f"QEMU failed with {done.returncode}"])[-1]


def build_tracer(out_dir, qemu="qemu-system-x86_64"):
    """Builds the plugin in the folder; the first interface that compiles and that QEMU takes."""
    if not shutil.which(qemu):
        return Tracer(None, f"{qemu} is not installed")
    if not shutil.which("gcc"):
        return Tracer(None, "gcc is not installed")
    out_dir = Path(out_dir)
    out_dir.mkdir(parents=True, exist_ok=True)
    target = out_dir.resolve() / "tracer.so"
    reasons = []
    for interface, flags in (
        ("installed header", glib_flags()),
        ("own version 1", ["-DRDV_PLUGIN_OWN_API"]),
    ):
        reason = compile_plugin(target, flags) or probe(target, qemu)
        if not reason:
            return Tracer(target)
        reasons.append(f"{interface}: {reason}")
    target.unlink(missing_ok=True)
    return Tracer(None, "the plugin interface does not fit; " + "; ".join(reasons))


def plugin_arguments(plugin, out, symbols=None, user_symbols=None, listing=None):
    """QEMU's arguments to load it. `listing` is a region's number and the file for its listing."""
    values = {"out": out, "symbols": symbols, "user_symbols": user_symbols}
    if listing:
        values["listing"], values["listing_out"] = listing
    given = [f"{name}={value}" for name, value in values.items() if value is not None]
    # A comma within a value is written twice, or QEMU would begin the next argument there.
    return ["-plugin", ",".join(word.replace(",", ",,") for word in [str(plugin), *given])]
