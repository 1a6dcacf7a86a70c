# Where things are in the source tree.
# SPDX-License-Identifier: BSD-2-Clause

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
AXES = ROOT / "kernel/axes/axes.json"
BUILD = ROOT / "build"
RESULTS = ROOT / "results"
