# Reads what a root task printed: every line checked, the whole counted and checksummed.
# SPDX-License-Identifier: BSD-2-Clause

import json
import zlib
from collections import Counter
from dataclasses import dataclass, field

from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match

from rendezvous.problem import Problem
from rendezvous.schema import LINES, UNITS

PREFIX = b'{"rdv":'
LONGEST = 64 * 1024
CHECKED = ("header", "record", "test")  # the lines that the trailer vouches for
VALIDATORS = {kind: Draft7Validator(schema) for kind, schema in LINES.items()}


@dataclass
class Log:
    """A whole and valid run of a root task."""

    header: dict
    records: list = field(default_factory=list)
    tests: list = field(default_factory=list)


def refuse_number(text):
    raise ValueError(f"{text} is not an integer")


def parse_line(raw):
    """The object on one protocol line (bytes, without the end of line); ValueError if bad."""
    if len(raw) > LONGEST:
        raise ValueError(f"{len(raw)} bytes; a line has at most {LONGEST}")
    value = json.loads(raw, parse_float=refuse_number, parse_constant=refuse_number)
    kind = value["rdv"]
    if kind not in LINES:
        raise ValueError(f"unknown kind of line {kind!r}; known are {', '.join(LINES)}")
    error = best_match(VALIDATORS[kind].iter_errors(value))
    if error:
        where = "/".join(map(str, error.absolute_path))
        raise ValueError(f"{kind} {where}: {error.message}")
    if kind == "record":
        check_record(value)
    return value


def check_record(record):
    """What the schema cannot say about a record."""
    samples, status = record["samples"], record["status"]
    if record["unit"] != UNITS[record["clock"]]:
        raise ValueError(f"the clock {record['clock']} does not count {record['unit']}")
    if status == "ok" and not samples:
        raise ValueError("status ok, and no samples")
    if status != "ok" and not record["reason"]:
        raise ValueError(f"status {status}, and no reason")
    if record["unit"] == "instructions" and samples and min(samples) < 0:
        raise ValueError(f"a count of instructions is negative: {min(samples)}")
    if record["marks"] not in (0, len(samples)):
        raise ValueError(f"{record['marks']} marked regions for {len(samples)} samples")
    if bool(record["amortised"]) != bool(record["iterations"]):
        raise ValueError("amortised and iterations must both be zero, or neither")


def protocol_lines(console):
    """Pairs of line number and bytes of the protocol lines, each without its end of line."""
    *whole, rest = console.split(b"\n")
    for number, raw in enumerate(whole, 1):
        if raw.startswith(PREFIX):
            yield number, raw.rstrip(b"\r")
    if rest.startswith(PREFIX):
        raise Problem(
            f"console line {len(whole) + 1} is cut off in its middle",
            "The run was ended before the root task had printed everything.",
        )


def key(record):
    """What makes a record the same measurement in another run."""
    params = tuple(sorted(record["params"].items()))
    return record["bench"], params, record["direction"], record["clock"]


def read_log(console):
    """The Log in these bytes of console output. A Problem if it is not whole and valid."""
    log, checksum, trailer = None, 0, None
    for number, raw in protocol_lines(console):
        try:
            value = parse_line(raw)
            check_order(value["rdv"], log, trailer)
        except (ValueError, KeyError, TypeError) as error:
            shown = raw[:200].decode(errors="replace")
            raise Problem(f"console line {number}: {error}", f"It reads: {shown}") from error
        if value["rdv"] in CHECKED:
            checksum = zlib.crc32(raw + b"\n", checksum)
        log, trailer = take(value, log, trailer)
    check_whole(log, trailer, checksum)
    return log


def check_order(kind, log, trailer):
    if trailer:
        raise ValueError(f"a {kind} line after the trailer")
    if kind != "panic" and (kind == "header") != (log is None):
        raise ValueError("a second header" if log else f"a {kind} line before the header")
    wrong = {"bench": "test", "test": "record"}[log.header["root"]] if log else None
    if kind == wrong:
        raise ValueError(f"a {kind} line from the root task {log.header['root']!r}")


def take(value, log, trailer):
    """Adds one line to what is known; returns the log and the trailer."""
    kind = value.pop("rdv")
    if kind == "panic":
        raise Problem(f"The kernel panicked: {value['reason']}")
    if kind == "header":
        return Log(value), trailer
    if kind == "record":
        log.records.append(value)
    if kind == "test":
        log.tests.append(value)
    return log, value if kind == "trailer" else trailer


def check_whole(log, trailer, checksum):
    if log is None:
        raise Problem("The root task printed no header: it never began.")
    if trailer is None:
        raise Problem("The output has no trailer: the run was cut short.")
    count = len(log.records) + len(log.tests)
    if trailer["records"] != count:
        raise Problem(f"The trailer counts {trailer['records']} lines; {count} came.")
    if trailer["checksum"] != f"{checksum:08x}":
        raise Problem(
            f"The checksum is {checksum:08x}; the trailer says {trailer['checksum']}.",
            "Some bytes of the records changed on their way.",
        )
    for (bench, params, direction, _), times in Counter(map(key, log.records)).items():
        if times > 1:
            raise Problem(f"{bench} {dict(params)} {direction} was recorded {times} times.")
