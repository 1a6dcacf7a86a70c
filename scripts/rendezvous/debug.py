# rdv debug: boots the machine stopped, and says how to attach gdb.
# SPDX-License-Identifier: BSD-2-Clause

import difflib
import json
import shlex
import shutil
import socket
import subprocess
from pathlib import Path

import click

from rendezvous import axes, root
from rendezvous.build import COMPILERS, build
from rendezvous.complete import complete_variant
from rendezvous.machine import CLOCKS, Machine, boot_command, end
from rendezvous.options import shown
from rendezvous.problem import Problem
from tracer.image import functions

HOST = "127.0.0.1"  # the stub has no password: never on another interface
USER_ELF = {"bench": "bench/bench.elf", "test": "tests/guest/test.elf"}

TEACH = """
Boots stopped at the first instruction, with gdb's stub listening, and says how to attach.

The machine runs until it ends itself, gdb kills it, or you press Ctrl-C. In the kernel use
hardware breakpoints (hbreak), as --break does: its pages are not mapped yet when it starts.

\b
Examples:
  scripts/rdv debug --break fastpath_call
  scripts/rdv debug --root test --cores 2
  scripts/rdv debug --root build/example/hello.elf --unix build/gdb.socket
"""


def check_symbols(kernel, names):
    known = [name for _, name in functions(kernel)]
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known) or ["(none)"]
            raise Problem(f"the kernel has no function '{name}'", f"Near: {', '.join(near)}")


def check_port(port):
    """QEMU's own words about a port in use are easily missed."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise Problem(f"port {port}: {error.strerror}", "Another one: --port N") from error


def stub(port, unix):
    """QEMU's option, and the target as gdb calls it."""
    if unix:
        path = str(unix.absolute())
        return f"unix:{path.replace(',', ',,')},server=on,wait=off", path
    check_port(port)
    return f"tcp:{HOST}:{port}", f"{HOST}:{port}"


def user_symbols(built, name):
    """The root task's ELF file, or None where there is only its packed form."""
    path = built.folder / USER_ELF[name] if name in USER_ELF else Path(name)
    return path if path.suffix == ".elf" and path.exists() else None


def gdb_command(built, name, target, breaks):
    """What to type in another terminal."""
    words = ["gdb", str(shown(built.kernel))]
    user = user_symbols(built, name)
    words += ["-ex", f"add-symbol-file {shown(user)}"] if user else []
    words += ["-ex", f"target remote {target}"]
    words += [word for at in breaks for word in ("-ex", f"hbreak {at}")]
    return words + (["-ex", "continue"] if breaks else [])


def module_of(built, name):
    """The build as it boots this root task: one of ours, or a file of someone else's."""
    return (built, name) if name in USER_ELF else (root.with_root(built, Path(name)), "root")


def with_console(command):
    """The guest's console on this terminal."""
    at = command.index("-serial")
    return [*command[: at + 1], "stdio", *command[at + 2 :]]


def run_stopped(command, limit):
    process = subprocess.Popen(
        ["timeout", "-k", "1", str(limit), *command], stdin=subprocess.DEVNULL
    )
    try:
        process.wait()
    except KeyboardInterrupt:
        pass
    finally:
        end(process)


@click.command("debug", help=TEACH)
@click.option("--root", "name", default="bench", show_default=True, metavar="bench|test|FILE")
@click.option("--break", "breaks", multiple=True, metavar="FUNCTION", help="Stop there.")
@click.option("--port", type=click.IntRange(1024, 65535), default=1234, show_default=True)
@click.option("--unix", type=click.Path(path_type=Path), help="A socket in place of the port.")
@click.option("--cores", type=int, default=1, show_default=True)
@click.option("--clock", type=click.Choice(CLOCKS["tcg"]), default="instructions")
@click.option("--variant", multiple=True, metavar="AXIS=CHOICE", shell_complete=complete_variant)
@click.option("--compiler", type=click.Choice(COMPILERS), default="gcc", show_default=True)
@click.option("--boot-arguments", default="", metavar="WORDS", help="More boot arguments.")
@click.option("--time-limit", type=int, default=3600, show_default=True, help="Seconds.")
@click.option("--json", "as_json", is_flag=True, help="Print how to attach as JSON.")
def debug_command(name, breaks, port, unix, cores, clock, variant, compiler, **options):
    machine = Machine(clock=clock, cores=cores)
    machine.check()
    table = axes.read_axes()
    built = build(axes.choose(variant, table), compiler, table)
    check_symbols(built.kernel, breaks)
    listen, target = stub(port, unix)
    arguments = f"clock={clock} {options['boot_arguments']}".strip()
    command = boot_command(machine, *module_of(built, name), arguments, "-")
    command = [*with_console(command), "-S", "-gdb", listen]
    gdb = gdb_command(built, name, target, breaks)
    if options["as_json"]:
        said = {"target": target, "kernel": str(built.kernel), "gdb": gdb}
        click.echo(json.dumps({**said, "emulator": command}))
    else:
        click.echo(f"The machine is stopped. In another terminal:\n\n  {shlex.join(gdb)}\n")
        if not shutil.which("gdb"):
            click.echo("gdb is not installed here: sudo apt-get install gdb\n")
    run_stopped(command, options["time_limit"])
