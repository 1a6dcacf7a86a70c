# The tracer and what stands in for it: building, symbols, markers, single-stepping.
# SPDX-License-Identifier: BSD-2-Clause
