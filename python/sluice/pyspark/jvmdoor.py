# SPDX-License-Identifier: Apache-2.0
"""`SparkContext._jvm` and `_gateway`: Java classes for programs that call them, by a Py4J gateway opened on first use.

The JVM has Java's own classes and Sluice's. Logging by log4j, which programs use most, is answered in Python;
Spark's and Hadoop's classes are not there, and an error says so where one is used.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from sluice import py4jdoor

if TYPE_CHECKING:
    from py4j.java_gateway import JavaGateway

    from sluice.gateway import Gateway

__all__ = ["JavaDoor", "JvmView"]

_ADVICE = "Sluice runs without Spark's and Hadoop's Java classes, only Java's own can be called"


class JavaDoor:
    """A context's gateway into its JVM; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._gateway: JavaGateway | None = None
        self._view: JvmView | None = None

    def gateway(self, jvm: Gateway) -> JavaGateway:
        """Open the gateway, or return the one that is open.

        Raises:
            DoorError: py4j is not installed, or the JVM does not answer.
        """
        with self._lock:
            if self._gateway is None:
                answer = jvm.call("gateway")
                self._gateway = py4jdoor.connect(answer["port"], answer["token"])
            return self._gateway

    def view(self, jvm: Gateway) -> JvmView:
        """Return the JVM's classes by name; raises what ``gateway`` does."""
        gateway = self.gateway(jvm)
        if self._view is None:
            self._view = JvmView(gateway.jvm)
        return self._view

    def close(self) -> None:
        """Close the connections, if there are any."""
        with self._lock:
            gateway, self._gateway, self._view = self._gateway, None, None
        if gateway is not None:
            gateway.close()
            # Else objects of Java that are collected later would connect again to say so, and log that they cannot.
            gateway._gateway_client.is_connected = False


class JvmView:
    """The packages and classes of the JVM."""

    def __init__(self, view: Any) -> None:
        self._view = view

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name.startswith("_"):
            # `java_import` asks for these.
            return getattr(self._view, name)
        found = _named(getattr(self._view, name), name)
        if isinstance(found, _Package) and name[0].isupper():
            raise _absent(name)
        return found


class _Package:
    """A package, or a class that is not there: Java does not tell the two apart until it is used."""

    def __init__(self, package: Any, path: str) -> None:
        self._package = package
        self._path = path

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"{self!r} has no attribute {name!r}")
        return _named(getattr(self._package, name), f"{self._path}.{name}")

    def __call__(self, *arguments: Any) -> Any:
        raise TypeError(
            f"'JavaPackage' object is not callable: there is no {self._path} in this JVM; {_ADVICE}"
        )

    def __repr__(self) -> str:
        return f"<JavaPackage {self._path}>"


def _named(found: Any, path: str) -> Any:
    from py4j.java_gateway import JavaPackage

    if not isinstance(found, JavaPackage):
        return found
    if path in ("org.apache.log4j", "org.apache.logging.log4j"):
        from sluice.pyspark import log4j

        return log4j
    return _Package(found, path)


def _absent(name: str) -> Exception:
    from py4j.protocol import Py4JError

    class AbsentClassError(Py4JError, AttributeError):  # type: ignore[misc,unused-ignore]
        """A class that the JVM does not have."""

    return AbsentClassError(f"{name} does not exist in the JVM: {_ADVICE}")
