# The Debian packages that each command needs, and what each is for.
# SPDX-License-Identifier: BSD-2-Clause
#
# Read before anything is installed: standard library only.

GROUPS = {
    "bench": {
        "gcc": "compiles the kernel and the root tasks",
        "libc6-dev": "headers for the tools that run on the host",
        "cmake": "describes the build",
        "ninja-build": "runs the build",
        "qemu-system-x86": "the machine that the kernel boots on",
        "python3-click": "the command line",
        "python3-rich": "tables and progress on the terminal",
        "python3-numpy": "medians and percentiles",
        "python3-scipy": "confidence intervals and tests of significance",
        "python3-jsonschema": "checks every record that the guest prints",
        "python3-pyelftools": "packs the root task",
        "python3-matplotlib": "draws the plots",
        "python3-jinja2": "fills in the templates of figures and pages",
        "gnuplot-nox": "draws the figures of the paper",
        "git": "says which commit was measured",
    },
    "lab": {
        "git": "checks out the commits that are compared",
    },
    "clang": {
        "clang": "the second compiler",
    },
    "test": {
        "clang": "the second compiler",
        "clang-format": "checks the formatting of C",
        "clang-tidy": "static analysis of the kernel",
        "cppcheck": "static analysis of the kernel",
        "git": "lists the files of the tree",
        "libcmocka-dev": "runs the hosted tests",
        "pkgconf": "finds libraries for the hosted tests",
        "spin": "searches all states of the protocol models",
        "python3-pytest": "tests of the scripts",
        "python3-pytest-xdist": "runs those tests on all cores",
        "black": "checks the formatting of Python",
        "flake8": "static analysis of Python",
        "grub-common": "makes the bootable image (grub-mkrescue)",
        "grub-pc-bin": "GRUB for the bootable image",
        "xorriso": "writes the bootable image",
        "mtools": "writes the bootable image",
    },
    "fresh": {
        "mmdebstrap": "makes the fresh Debian root",
    },
}


def purposes(groups):
    """Package names of these groups with their purposes, in order, each once."""
    return {name: why for group in groups for name, why in GROUPS[group].items()}
