# The host side of Rendezvous: installs, builds, boots, reads the records, and tests.
# SPDX-License-Identifier: BSD-2-Clause
