# SPDX-License-Identifier: Apache-2.0
"""The classes of errors, their conditions and texts, tracebacks, loggers: errors, util, logger, traceback_utils."""

from __future__ import annotations

import io
import json
import logging
import pickle
import sys

from ..registry import raised, wide


@wide
def stop_iteration_of_a_function(sc, tmp):
    from pyspark.util import fail_on_stopiteration

    def stops(n):
        if n == 3:
            raise StopIteration("enough")
        return n * 2

    checked = fail_on_stopiteration(stops)
    return checked(2), checked(n=4), raised(lambda: checked(3), "STOP_ITERATION_OCCURRED", "enough")


@wide
def errors_written_as_a_worker_does(sc, tmp):
    from pyspark.util import handle_worker_exception

    def written(hide):
        out = io.BytesIO()
        try:
            raise ValueError("bad käse")
        except ValueError as error:
            handle_worker_exception(error, out, hide)
        data = out.getvalue()
        text = data[8:].decode()
        return (
            data[:4],
            int.from_bytes(data[4:8], "big") == len(data) - 8,
            text.startswith("Traceback"),
            text[-22:],
        )

    return written(True), written(False), written(None)


@wide
def tracebacks(sc, tmp):
    from pyspark.util import fail_on_stopiteration, print_exec, try_simplify_traceback, walk_tb

    def stops():
        raise StopIteration

    def depth_of(function):
        try:
            function()
        except BaseException:
            trace = sys.exc_info()[2]
            simple = try_simplify_traceback(trace.tb_next)
            return len(list(walk_tb(trace))), simple and len(list(walk_tb(simple)))

    out = io.StringIO()
    try:
        raise KeyError("k")
    except KeyError:
        print_exec(out)
    return (
        depth_of(stops),
        depth_of(fail_on_stopiteration(stops))[1],
        out.getvalue().splitlines()[-1],
        list(walk_tb(None)),
    )


@wide
def loggers_write_json(sc, tmp):
    from pyspark.logger import SPARK_LOG_SCHEMA, PySparkLogger
    from pyspark.logger.logger import JSONFormatter

    stream = io.StringIO()
    logger = PySparkLogger.getLogger("answers.names")
    levels = [logger.level, len(logger.handlers), isinstance(logger, logging.Logger)]
    logger.handlers.clear()
    logger.propagate = False
    handler = logging.StreamHandler(stream)
    logger.addHandler(handler)
    logger.info("not shown")
    logger.setLevel(logging.DEBUG)
    logger.debug("d %s", 1, user="u")
    logger.info("i", n=1)
    logger.warning("w")
    logger.error("e ü", deep={"a": [1]})
    logger.critical("c")
    logger.log(logging.INFO, "l", x=None)
    try:
        raise ValueError("bad")
    except ValueError:
        logger.exception("failed", step=3)
    lines = []
    for line in stream.getvalue().splitlines():
        entry = json.loads(line)
        entry["ts"] = len(entry["ts"])
        if "exception" in entry:
            entry["exception"]["stacktrace"] = [sorted(frame) for frame in entry["exception"]["stacktrace"]]
        lines.append((entry, list(entry)))
    same = PySparkLogger.getLogger("answers.names") is logger, isinstance(handler.formatter, JSONFormatter)
    return (
        levels,
        lines,
        same,
        type(logging.getLogger("answers.other")).__name__,
        "exception STRUCT" in SPARK_LOG_SCHEMA,
    )


@wide
def errors_of_pyspark(sc, tmp):
    from pyspark import errors

    raised_here = errors.PySparkValueError("text", "VALUE_NOT_ACCESSIBLE", {"value": "v"})
    plain = errors.AnalysisException("only text")
    asserted = errors.PySparkAssertionError("a", data=[1])
    names = [name for name in errors.__all__ if name not in ("QueryContext", "QueryContextType")]
    return [
        str(raised_here),
        raised_here.getCondition(),
        raised_here.getMessage(),
        raised_here.getMessageParameters(),
        raised_here.getQueryContext(),
        raised_here.getBreakingChangeInfo(),
        (
            str(plain),
            plain.getMessage(),
            plain.getCondition(),
            plain.getMessageParameters(),
            plain.getSqlState(),
        ),
        (str(asserted), asserted.data),
        {name: [cls.__name__ for cls in getattr(errors, name).__mro__] for name in names},
        sorted(kind.name for kind in errors.QueryContextType),
        str(errors.PySparkKeyError("k")),
        raised(errors.QueryContext),
    ]


@wide
def errors_with_the_condition_of_pyspark(sc, tmp):
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException

    def condition(action):
        try:
            action()
        except PySparkException as error:
            return (
                error.getCondition(),
                error.getMessageParameters(),
                [c.__name__ for c in type(error).__mro__][:3],
            )
        return "nothing"

    found = [
        condition(lambda: SparkConf().setExecutorEnv()),
        condition(lambda: SparkConf().setExecutorEnv("a", "b", [("a", "b")])),
        condition(lambda: pickle.dumps(sc)),
        condition(lambda: pickle.dumps(sc.parallelize([1]))),
    ]
    accumulator = sc.accumulator(0)

    def reads(_):
        return condition(lambda: accumulator.value)[:2]

    def begins(_):
        return condition(lambda: SparkContext("local", "x"))[:2]

    found.append(sc.parallelize([1], 1).map(reads).collect())
    found.append(sc.parallelize([1], 1).map(begins).collect())
    return [[item[0], item[1]] if isinstance(item, tuple) else item for item in found]
