# SPDX-License-Identifier: Apache-2.0
"""Functions in Python over Arrow data: forms, types, errors, faults."""
