# SPDX-License-Identifier: Apache-2.0
"""The version, in one place for Python; the poms carry the same."""

from __future__ import annotations

__all__ = ["VERSION"]

VERSION = "0.1.0"
