# SPDX-License-Identifier: Apache-2.0
"""Answers recorded from PySpark and the test that Sluice gives the same."""
