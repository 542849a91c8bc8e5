# SPDX-License-Identifier: Apache-2.0
"""The configuration that a context begins with: its arguments, what a program was started with, files of defaults."""

from __future__ import annotations

import os
from typing import Any

from sluice import conffile, gateway, pyspark, settings, systemproperties
from sluice.conf import Conf
from sluice.errors import ContextError
from sluice.pyspark import present

__all__ = ["configured", "environment", "submitted"]

_ENVIRONMENT = ("spark.executorEnv.", "sluice.worker.env.")


def configured(
    conf: Conf | None, url: str | None, name: str | None, home: str | None, environment: dict[str, Any] | None
) -> Conf:
    """Return a copy of a configuration with a context's other arguments, and with defaults if it takes any.

    Raises:
        ContextError: it takes none, and has no master or no name.
    """
    own = conf.copy() if conf is not None else Conf()
    for key, value in (("spark.master", url), ("spark.app.name", name), ("spark.home", home)):
        if value:
            for other in settings.names_of(key):
                own._entries.pop(other, None)
            own.set(key, value)
    for variable, text in (environment or {}).items():
        own.setExecutorEnv(variable, str(text))
    if own._loads_defaults:
        given = (systemproperties.settings(), submitted().settings, conffile.defaults())
        for key, text in (entry for source in given for entry in source.items()):
            own.setIfMissing(key, text)
    else:
        _require(own)
    own.setIfMissing("spark.master", own.value_of("sluice.master"))
    own.setIfMissing("spark.app.name", own.value_of("sluice.app.name"))
    return own


def submitted() -> Any:
    """What the program was submitted with."""
    from sluice.pyspark import submit

    if pyspark.installed():
        return submit.submitted()
    return (
        submit.submitted(submit.OWN_VARIABLE)
        if submit.OWN_VARIABLE in os.environ
        else submit.Submitted({}, [])
    )


def _require(conf: Conf) -> None:
    """A configuration made without defaults has to name what PySpark has no default for."""
    for key, what, condition in (
        ("spark.master", "A master URL", "MASTER_URL_NOT_SET"),
        ("spark.app.name", "An application name", "APPLICATION_NAME_NOT_SET"),
    ):
        if not conf.contains(key):
            raise present(ContextError(f"{what} must be set in your configuration", key=key), condition)


def environment(conf: Conf) -> dict[str, str]:
    """Return the variables that workers see."""
    # What Sluice sets for its workers is hidden from them, but PySpark's workers see this.
    seed = {"PYTHONHASHSEED": gateway.hash_seed()} if pyspark.installed() else {}
    return seed | {
        key[len(prefix) :]: value
        for prefix in _ENVIRONMENT
        for key, value in conf.getAll()
        if key.startswith(prefix)
    }
