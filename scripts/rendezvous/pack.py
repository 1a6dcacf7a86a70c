# The packed root task: from an ELF file to the format of kernel/include/l4/pack.h.
# SPDX-License-Identifier: BSD-2-Clause

import os
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile

from rendezvous.problem import Problem

MAGIC = 0x314B434150564452  # "RDVPACK1"
VERSION = 1
PAGE = 4096
MAX_SEGMENTS = 8  # L4_BOOT_MAX_SEGMENTS
USER_END = 0x7FFFFD000000 - 16 * PAGE  # below the root task's stack, see bootinfo.h
RIGHT_READ, RIGHT_WRITE = 1, 2  # L4_RIGHT_*
MAP_EXECUTE = 1  # L4_MAP_EXECUTE
ELF_EXECUTE, ELF_WRITE, ELF_READ = 1, 2, 4

HEADER = struct.Struct("<QIIQQQ3Q")
SEGMENT = struct.Struct("<QQQQIIQ")


@dataclass
class Segment:
    """A run of pages with the same rights; `data` is its beginning, the rest is zero."""

    address: int
    memory: int
    data: bytes
    flags: int

    @property
    def end(self):
        return self.address + page_up(self.memory)


def page_up(value):
    return (value + PAGE - 1) // PAGE * PAGE


def fnv1a(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value


def read_segment(program):
    """A loadable ELF segment, moved down to the page that it begins in."""
    skew = program["p_vaddr"] % PAGE
    return Segment(
        program["p_vaddr"] - skew,
        program["p_memsz"] + skew,
        bytes(skew) + program.data(),
        program["p_flags"],
    )


def read_elf(path):
    """Returns the entry point and the segments of a statically linked x86_64 program."""
    try:
        with open(path, "rb") as file:
            elf = ELFFile(file)
            if elf["e_type"] != "ET_EXEC" or elf["e_machine"] != "EM_X86_64":
                raise Problem(
                    f"{path}: {elf['e_type']} for {elf['e_machine']} is not a root task",
                    "A root task is linked statically, at a fixed address, for x86_64 (ET_EXEC).",
                )
            programs = [p for p in elf.iter_segments("PT_LOAD") if p["p_memsz"] > 0]
            return elf["e_entry"], [read_segment(p) for p in programs]
    except ELFError as error:
        raise Problem(f"{path}: not an ELF file: {error}") from error


def check(path, entry, segments):
    """Refuses what the kernel could not map."""
    segments.sort(key=lambda s: s.address)
    if not 1 <= len(segments) <= MAX_SEGMENTS:
        raise Problem(f"{path}: {len(segments)} loadable segments; 1 to {MAX_SEGMENTS} can be")
    if segments[0].address < PAGE or segments[-1].end > USER_END:
        raise Problem(
            f"{path}: spans {segments[0].address:#x} to {segments[-1].end:#x}",
            f"A root task lies between {PAGE:#x} and {USER_END:#x}.",
        )
    for low, high in zip(segments, segments[1:]):
        if low.end > high.address:
            raise Problem(
                f"{path}: the segments at {low.address:#x} and {high.address:#x} share a page",
                "The linker script must begin each segment on a page of its own (ALIGN(4096)).",
            )
    inside = [s for s in segments if s.address <= entry < s.address + s.memory]
    if not inside or not inside[0].flags & ELF_EXECUTE:
        raise Problem(f"{path}: its entry point {entry:#x} is in no executable segment")


def rights(flags):
    return (RIGHT_READ if flags & ELF_READ else 0) | (RIGHT_WRITE if flags & ELF_WRITE else 0)


def pack(entry, segments):
    """The module as bytes. Segments begin on pages of the module, so that it can be mapped."""
    offset = page_up(HEADER.size + SEGMENT.size * len(segments))
    table, body = b"", b""
    for s in segments:
        execute = MAP_EXECUTE if s.flags & ELF_EXECUTE else 0
        table += SEGMENT.pack(
            s.address, s.memory, len(s.data), offset + len(body), rights(s.flags), execute, 0
        )
        body += s.data.ljust(page_up(len(s.data)), b"\0")
    rest = table.ljust(offset - HEADER.size, b"\0") + body
    size = HEADER.size + len(rest)
    header = HEADER.pack(MAGIC, VERSION, len(segments), entry, size, fnv1a(rest), 0, 0, 0)
    return header + rest


def pack_file(source, target):
    """Writes `target`, whole or not at all."""
    entry, segments = read_elf(source)
    check(source, entry, segments)
    temporary = Path(f"{target}.part")
    temporary.write_bytes(pack(entry, segments))
    os.replace(temporary, target)


def main(arguments):
    if len(arguments) != 2 or arguments[0].startswith("-"):
        print("usage: scripts/pack IN.elf OUT.pack", file=sys.stderr)
        return 2
    try:
        pack_file(*arguments)
    except (Problem, OSError) as error:
        print(f"pack: {error}", file=sys.stderr)
        return 1
    return 0
