# SPDX-License-Identifier: Apache-2.0
"""The engines by name, in the order of plots and tables."""

from __future__ import annotations

#: What each is called where there is room.
TITLES = {
    "sluice": "Sluice, embedded",
    "cluster": "Sluice, local cluster",
    "pyspark": "PySpark",
    "standalone": "PySpark, standalone cluster",
    "spark": "Sluice on Spark",
    "daemon": "PySpark with our daemon, on Spark",
    "tuned": "PySpark, on Spark",
    "ray": "Ray",
    "dask": "Dask",
    "loky": "loky",
    "floor": "floor",
}
#: What each is called in a table's head.
SHORT = {
    **TITLES,
    "sluice": "sluice",
    "cluster": "cluster",
    "standalone": "PySpark's cluster",
    "daemon": "with our daemon",
    "tuned": "PySpark",
}
#: They run a scenario's ``main()``, as the PySpark program that it is.
PROGRAMS = ("sluice", "cluster", "pyspark", "standalone", "spark", "daemon", "tuned")
#: They run a scenario's function of their own name.
PEERS = ("ray", "dask", "loky")
#: They share a standalone cluster of Spark's with a worker of one core for each slot.
ON_SPARK = ("spark", "daemon", "tuned")
#: Each is asked for by a scenario that does not say otherwise.
USUAL = ("sluice", "cluster", "pyspark")
#: Whether a goal is reached: the style's class, a mark and a word.
MARKS = {True: ("yes", "✓", "reached"), False: ("no", "✗", "missed"), None: ("open", "?", "cannot be told")}
