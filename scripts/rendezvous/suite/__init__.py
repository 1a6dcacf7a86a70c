# The test suite: what scripts/test runs. Each part is a function that gives its cases.
# SPDX-License-Identifier: BSD-2-Clause

from rendezvous.suite.command import main

__all__ = ["main"]
