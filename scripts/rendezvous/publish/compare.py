# What may stand beside what: our figures in the terms of the published ones and of the peers.
# SPDX-License-Identifier: BSD-2-Clause

from collections import Counter
from dataclasses import dataclass

from rendezvous.publish.published import Peer

KERNEL_ONLY = "kernel only"
USER_TO_USER = "user to user"


@dataclass(frozen=True)
class OneWay:
    """Call and reply of one message length and space, in one unit and one scope."""

    call: float
    reply: float
    unit: str
    scope: str
    space: str
    words: int

    @property
    def mean(self):
        return (self.call + self.reply) / 2


@dataclass(frozen=True)
class Bar:
    """A bar or a dot of the comparison with the peers, and the configuration it stands for."""

    who: str
    configuration: str
    message: str
    parts: tuple
    ours: bool
    group: str

    @property
    def total(self):
        return sum(self.parts)


def one_way(run, space="different", words=0):
    """(OneWay, "") or (None, why there is none).

    Counted runs give the kernel's part alone, from the tracer, as the published figures are
    in-kernel. On hardware there is no tracer: those are from user to user, and say so.
    """
    call, no_call = run.one("ipc/call", space=space, words=words)
    reply, no_reply = run.one("ipc/reply", space=space, words=words)
    if call is None or reply is None:
        return None, no_call or no_reply
    if call.clock != reply.clock:
        return None, f"ipc/call is in {call.clock}, ipc/reply in {reply.clock}"
    if call.clock == "cycles":
        return OneWay(call.median, reply.median, call.unit, USER_TO_USER, space, words), ""
    for record in (call, reply):
        if record.kernel is None:
            return None, f"{record.label}: no kernel part: {record.why_no_kernel}"
    return OneWay(call.kernel, reply.kernel, call.unit, KERNEL_ONLY, space, words), ""


def kernel_bars(run, peers):
    """Call + reply inside the kernel, x86_64, other address space: ([Bar], [what is left out])."""
    bars, left_out = [], []
    for words in (0, 10):
        message, group = f"{words} words", f"{words} words, other address space"
        found, why = one_way(run, "different", words)
        if found and found.scope == KERNEL_ONLY:
            parts = (found.call, found.reply)
            bars.append(Bar(run.name, run.configuration, message, parts, True, group))
        else:
            left_out.append(why or f"{message}: not counted in instructions")
        bars += _sel4_bars(peers, words, message, group)
    return bars, left_out


def not_shown(peers):
    """A sentence on the peers that one of the two comparisons cannot show."""
    kernels = sorted({p.kernel for p in peers})
    traced = {p.kernel for p in peers if _in_kernel(p)}
    timed = {p.kernel for p in peers if _is_round_trip(p)}
    return (
        f"No kernel-only figure: {', '.join(k for k in kernels if k not in traced)}. "
        f"No round trip: {', '.join(k for k in kernels if k not in timed)}. "
        "Not shown: figures of one way that were timed by a harness, and of other architectures."
    )


def round_trip_bars(run, peers):
    """Round trips from user to user, x86_64: ([Bar], [what is left out])."""
    bars, left_out = [], []
    for space, place in (("different", "other address space"), ("same", "same address space")):
        for words in (0, 4, 10, 60):
            record, why = run.one("ipc/roundtrip", space=space, words=words)
            if record is None or record.clock != "instructions":
                left_out.append(why or f"{record.label}: not counted in instructions")
                continue
            value, how = _round_trip(record)
            message = f"{words} words, {how}"
            group = _group(words, place)
            bars.append(Bar(run.name, run.configuration, message, (value,), True, group))
        bars += [_peer_bar(p, place) for p in peers if _is_round_trip(p) and p.space == space]
    return bars, left_out


def ours_as_peers(run):
    """Our own figures as rows of the table of peers: ([Peer], [what is left out])."""
    rows, missing = [], Counter()
    counted = [r for r in run.records if r.performance and r.clock == "instructions"]
    version = str(run.environment.get("kernel", ""))
    for record in counted:
        if record.direction == "one-way":
            if record.kernel is None:
                missing[record.why_no_kernel] += 1
                continue
            value, how = record.kernel, "kernel instructions of the marked region, by the tracer"
        else:
            value, how = _round_trip(record)
        rows.append(
            Peer(
                "Rendezvous", version, "x86_64", run.configuration, record.label, record.direction,
                value, how,
            )  # fmt: skip
        )
    text = "table of peers: {} one-way records without a kernel part: {}"
    return rows, [text.format(count, why) for why, count in missing.items()]


def _round_trip(record):
    """(instructions, how): the loop's average where there is one, as the peers' are averages."""
    loops = record.get("iterations") or 0
    if loops:
        return round(record.get("amortised") / loops, 1), "average of a loop"
    return record.median, "single shots"


def _in_kernel(peer):
    return peer.direction == "one-way" and peer.scope == "kernel"


def _is_round_trip(peer):
    return peer.direction == "round-trip" and peer.arch == "x86_64"


def _sel4_bars(peers, words, message, group):
    """Pairs each call with the reply of the same kernel and configuration."""
    parts = {}
    for peer in peers:
        if _in_kernel(peer) and peer.space == "different" and peer.words == (words, words):
            step = "reply" if "reply" in peer.benchmark else "call"
            parts.setdefault((peer.kernel, peer.configuration), {})[step] = peer.instructions
    return [
        Bar(kernel, configuration, message, (pair["call"], pair["reply"]), False, group)
        for (kernel, configuration), pair in parts.items()
        if len(pair) == 2
    ]


def _peer_bar(peer, place):
    longest = peer.words[1] if peer.words else 1  # the 8 bytes or the count of Linux: a word
    message = peer.benchmark
    for end in (" other address space", " same address space", " between two processes"):
        message = message.removesuffix(end)
    for end in (" other protection domain", " same protection domain"):
        message = message.removesuffix(end)
    group = _group(longest, place)
    return Bar(peer.kernel, peer.configuration, message, (peer.instructions,), False, group)


def _group(words, place):
    """Messages of like length stand together; 8 words are Pistachio's last short ones."""
    length = "up to 10 words" if words <= 10 else "60 to 64 words"
    return f"{length}, {place}"
