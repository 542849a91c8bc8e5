# SPDX-License-Identifier: Apache-2.0
"""`pyspark.resource`: what a resource of a machine is called. Nothing here gives tasks any."""

from __future__ import annotations

__all__ = ["ResourceInformation"]


class ResourceInformation:
    """A kind of resource, such as `gpu`, and the addresses of those that were given."""

    def __init__(self, name: str, addresses: list[str]) -> None:
        self._name = name
        self._addresses = addresses

    @property
    def name(self) -> str:
        """The kind."""
        return self._name

    @property
    def addresses(self) -> list[str]:
        """Which ones."""
        return self._addresses
