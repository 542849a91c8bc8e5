# SPDX-License-Identifier: Apache-2.0
"""The benchmark's own modules are beside the package, not in it."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))
