# SPDX-License-Identifier: Apache-2.0
"""Record what PySpark 4.3 makes of the cases: `TZ=America/Los_Angeles python record_creating.py OUT.json`."""

import decimal
import json
import sys
import warnings

try:
    from .creating_cases import cases
except ImportError:
    # As a script, for PySpark.
    from creating_cases import cases

ZONE = "America/Los_Angeles"


def plain(value):
    """A value with the name of its class wherever JSON would lose it."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (list, tuple)):
        named = getattr(value, "__fields__", None)
        items = [plain(item) for item in value]
        return (
            {"Row": list(named) if named is not None else None, "of": items}
            if type(value).__name__ == "Row"
            else {type(value).__name__: items}
        )
    if isinstance(value, dict):
        return {"dict": sorted(([plain(k), plain(v)] for k, v in value.items()), key=str)}
    if type(value).__name__ == "ndarray":
        return {"ndarray": str(value.dtype), "of": [plain(item) for item in value.tolist()]}
    if isinstance(value, decimal.Decimal):
        return {"Decimal": str(value)}
    return {type(value).__name__: repr(value)}


def pandas_plain(frame):
    """The names, dtypes and values of a frame of pandas."""
    return [
        [str(name), str(frame.dtypes.iloc[at]), [plain(item) for item in frame.iloc[:, at].tolist()]]
        for at, name in enumerate(frame.columns)
    ]


def answer(make, create):
    """What a case gives: the schema, rows, texts and pandas; or the error."""
    try:
        data, schema, *options = make()
        frame = create(data, schema, **(options[0] if options else {}))
        found = {"schema": frame.schema.json()}
        try:
            found["rows"] = [plain(row) for row in frame.collect()]
        except Exception as error:
            found["rows"] = fault(error)
        try:
            found["shown"] = frame._show_string(20, False, False)
        except Exception as error:
            found["shown"] = fault(error)
        try:
            found["pandas"] = pandas_plain(frame.toPandas())
        except Exception as error:
            found["pandas"] = fault(error)
        return found
    except Exception as error:
        return fault(error)


def fault(error):
    condition = getattr(error, "getCondition", lambda: None)
    try:
        condition = condition()
    except Exception:
        condition = None
    return {"error": type(error).__name__, "condition": condition}


def main():
    import pyspark.sql.types as types
    from pyspark.sql import Row, SparkSession

    warnings.simplefilter("ignore")
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", ZONE)
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    found = {name: answer(make, session.createDataFrame) for name, make in cases(types, Row).items()}
    with open(sys.argv[1], "w") as out:
        json.dump(found, out, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


if __name__ == "__main__":
    main()
