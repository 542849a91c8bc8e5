# SPDX-License-Identifier: Apache-2.0
"""The cases, a file for each family; all are written for PySpark and run on both."""
