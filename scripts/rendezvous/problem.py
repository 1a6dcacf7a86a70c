# The one exception that is meant for the person at the keyboard.
# SPDX-License-Identifier: BSD-2-Clause


class Problem(Exception):
    """Says what was wrong, and in `advice` what would be right. Shown without a traceback."""

    def __init__(self, message, advice=""):
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __str__(self):
        return f"{self.message}\n{self.advice}" if self.advice else self.message
