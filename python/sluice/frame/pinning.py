# SPDX-License-Identifier: Apache-2.0
"""Numbers shared between pandas and Arrow without a copy, safe from writes on either side.

From pandas 3 on, a write into data that two objects share makes a copy first. `pin` makes every block of a frame
one that is shared, with a block that lives as long as the process: pandas then never writes into the memory that
Arrow sees, and never tries to write into Arrow's, which is read-only.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from sluice.frame.needs import needs

if TYPE_CHECKING:
    import pandas

__all__ = ["pin"]


@functools.cache
def _partner() -> Any:
    """The block that all pinned blocks share their data with; None where pandas does not copy on write."""
    pandas = needs("pandas", "2.1", "frames of pandas")
    if int(pandas.__version__.partition(".")[0]) < 3:
        return None
    partner = pandas.DataFrame({"pin": [0]})
    trial = pandas.DataFrame({"trial": [0]})
    try:
        block = partner._mgr.blocks[0]
        _share(trial, block)
        shared = trial._mgr.blocks[0].refs.has_reference()
    except (AttributeError, TypeError):
        # These are names inside pandas: a version without them gets copies.
        return None
    return block if shared else None


def _share(frame: pandas.DataFrame, partner: Any) -> None:
    for block in frame._mgr.blocks:
        references = block.refs.referenced_blocks
        if not any(reference() is partner for reference in references):
            block.refs.add_reference(partner)


def pin(frame: pandas.DataFrame) -> bool:
    """Let pandas copy before it writes into a frame's data; False if it cannot, so that the caller has to copy."""
    partner = _partner()
    if partner is None:
        return False
    _share(frame, partner)
    return True
