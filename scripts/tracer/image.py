# What the tracer and the single-stepper need from an ELF file: its functions and its markers.
# SPDX-License-Identifier: BSD-2-Clause

from collections import Counter
from dataclasses import dataclass

from elftools.common.exceptions import ELFError
from elftools.elf.constants import P_FLAGS, SH_FLAGS
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from rendezvous.problem import Problem

BEGIN = bytes.fromhex("0f1f800100e71e")  # nopl 0x1ee70001(%rax)
END = bytes.fromhex("0f1f800200e71e")  # nopl 0x1ee70002(%rax)


@dataclass(frozen=True)
class Markers:
    """Virtual addresses of the markers in a program."""

    begin: list
    end: list


def open_elf(path, file):
    try:
        return ELFFile(file)
    except ELFError as error:
        raise Problem(f"{path}: not an ELF file: {error}") from error


def is_code(elf, symbol):
    """Functions, and labels of assembly: those have no type but lie in executable sections."""
    index = symbol["st_shndx"]
    if not isinstance(index, int) or not symbol.name:
        return False
    if not elf.get_section(index)["sh_flags"] & SH_FLAGS.SHF_EXECINSTR:
        return False
    return symbol["st_info"]["type"] in ("STT_FUNC", "STT_NOTYPE")


def functions(path):
    """(address, name) of the program's functions, sorted; one name an address, names distinct.

    Where several share an address, a function goes before a label and a global before a local
    one. Local functions of the same name get their address appended.
    """
    with open(path, "rb") as file:
        elf = open_elf(path, file)
        found = {}
        for section in elf.iter_sections():
            if not isinstance(section, SymbolTableSection):
                continue
            for symbol in filter(lambda s: is_code(elf, s), section.iter_symbols()):
                info = symbol["st_info"]
                rank = (info["type"] != "STT_FUNC", info["bind"] == "STB_LOCAL", symbol.name)
                address = symbol["st_value"]
                found[address] = min(rank, found.get(address, rank))
    if not found:
        raise Problem(
            f"{path}: holds no symbols", "The tracer needs a program that is not stripped."
        )
    times = Counter(name for _, _, name in found.values())
    return [
        (address, name if times[name] == 1 else f"{name}@{address:x}")
        for address, (_, _, name) in sorted(found.items())
    ]


def write_symbols(path, target):
    """Writes the program's functions in the form of the tracer's symbols= and user_symbols=."""
    lines = [f"{address:x} {name}\n" for address, name in functions(path)]
    with open(target, "w") as file:
        file.writelines(lines)


def occurrences(data, pattern):
    position = data.find(pattern)
    while position >= 0:
        yield position
        position = data.find(pattern, position + 1)


def local_functions(elf, source):
    """Address ranges of the static functions of one source file, by its name without folder."""
    current, ranges = "", []
    for symbol in elf.get_section_by_name(".symtab").iter_symbols():
        info = symbol["st_info"]
        if info["type"] == "STT_FILE":
            current = symbol.name  # of the local symbols that follow
        elif info["type"] == "STT_FUNC" and info["bind"] == "STB_LOCAL" and current == source:
            ranges.append(range(symbol["st_value"], symbol["st_value"] + symbol["st_size"]))
    return ranges


def find_markers(path, source=None):
    """Looks for the markers' bytes in the program's executable segments.

    With `source`, begin markers are only those in the static functions of that file.
    """
    begin, end = [], []
    with open(path, "rb") as file:
        elf = open_elf(path, file)
        for segment in elf.iter_segments("PT_LOAD"):
            if segment["p_flags"] & P_FLAGS.PF_X:
                base, data = segment["p_vaddr"], segment.data()
                begin += [base + at for at in occurrences(data, BEGIN)]
                end += [base + at for at in occurrences(data, END)]
        if source:
            ranges = local_functions(elf, source)
            begin = [address for address in begin if any(address in r for r in ranges)]
    if not begin or not end:
        raise Problem(f"{path}: holds {len(begin)} begin and {len(end)} end markers; needs both")
    return Markers(begin, end)
