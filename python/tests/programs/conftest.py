# SPDX-License-Identifier: Apache-2.0
"""The programs are no tests of ours, though some of them are suites: test_programs.py runs them."""

collect_ignore = ["scripts"]
