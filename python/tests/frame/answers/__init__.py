# SPDX-License-Identifier: Apache-2.0
"""Answers of PySpark's frames and the test that Sluice gives the same."""
