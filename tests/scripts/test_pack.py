# The packer: what the kernel will read is what the ELF file says.
# SPDX-License-Identifier: BSD-2-Clause

import subprocess

import pytest

from rendezvous import pack
from rendezvous.pack import Segment
from rendezvous.problem import Problem

SOURCE = "int zero[3000]; int one = 1; void _start(void) { for (;;) zero[0] = one; }"


@pytest.fixture(scope="session")
def elf(tmp_path_factory):
    folder = tmp_path_factory.mktemp("elf")
    (folder / "task.c").write_text(SOURCE)
    flags = "-static -nostdlib -no-pie -Wl,-z,separate-code -Wl,-Ttext-segment=0x400000".split()
    subprocess.run(["gcc", *flags, "-o", folder / "task.elf", folder / "task.c"], check=True)
    return folder / "task.elf"


def unpack(data):
    """The header's fields, and the segments as tuples, checked for what must always hold."""
    magic, version, count, entry, size, checksum, *_ = pack.HEADER.unpack_from(data)
    assert (magic, version, size) == (pack.MAGIC, 1, len(data))
    assert checksum == pack.fnv1a(data[pack.HEADER.size :])
    place = range(pack.HEADER.size, pack.HEADER.size + count * pack.SEGMENT.size, pack.SEGMENT.size)
    return entry, [pack.SEGMENT.unpack_from(data, at) for at in place]


def test_program(elf, tmp_path):
    assert pack.main([str(elf), str(tmp_path / "task.pack")]) == 0
    data = (tmp_path / "task.pack").read_bytes()
    entry, segments = unpack(data)
    for address, memory, file, offset, *_ in segments:
        assert address % 4096 == 0 and offset % 4096 == 0
        assert file <= memory and offset + file <= len(data)
    code = next(s for s in segments if s[5] & pack.MAP_EXECUTE)
    assert code[0] <= entry < code[0] + code[1] and code[4] == pack.RIGHT_READ
    (variables,) = [s for s in segments if s[4] & pack.RIGHT_WRITE]
    assert variables[1] - variables[2] >= 12000 and not variables[5]


def test_known_checksum():
    assert pack.fnv1a(b"") == 0xCBF29CE484222325
    assert pack.fnv1a(b"foobar") == 0x85944171F73967E8


def code(address=0x400000, memory=16):
    return Segment(address, memory, bytes(memory), pack.ELF_READ | pack.ELF_EXECUTE)


@pytest.mark.parametrize(
    "segments, entry, why",
    [
        ([], 0x400000, "0 loadable segments"),
        ([code(0x400000 + 4096 * i) for i in range(9)], 0x400000, "9 loadable segments"),
        ([code(), code(0x400000, 8)], 0x400000, "share a page"),
        ([code(memory=5000), code(0x401000)], 0x400000, "share a page"),
        ([code(0)], 0, "spans 0x0"),
        ([code(0x7FFFFD000000)], 0x7FFFFD000000, "spans 0x7ffffd000000"),
        ([code()], 0x400010, "no executable segment"),
        ([Segment(0x400000, 16, b"", pack.ELF_READ)], 0x400000, "no executable segment"),
    ],
)
def test_refused(segments, entry, why):
    with pytest.raises(Problem, match=why):
        pack.check("task.elf", entry, segments)


def test_segment_that_begins_inside_a_page():
    class Program(dict):
        def data(self):
            return b"abc"

    segment = pack.read_segment(Program(p_vaddr=0x400010, p_memsz=8, p_flags=5))
    assert (segment.address, segment.memory, segment.data) == (0x400000, 24, bytes(16) + b"abc")


def test_not_an_elf_file(tmp_path, capsys):
    (tmp_path / "x").write_text("hello")
    assert pack.main([str(tmp_path / "x"), str(tmp_path / "y")]) == 1
    assert "not an ELF file" in capsys.readouterr().err
    assert not (tmp_path / "y").exists()


def test_dynamic_program(tmp_path, capsys):
    assert pack.main(["/bin/true", str(tmp_path / "y")]) == 1
    assert "linked statically" in capsys.readouterr().err


def test_usage(capsys):
    assert pack.main([]) == 2
    assert "usage" in capsys.readouterr().err
