# SPDX-License-Identifier: Apache-2.0
"""What PySpark's modules import from each other: programs import names from there too."""

from __future__ import annotations

__all__ = ["TAKEN"]

#: Module -> names whose home is another module.
TAKEN = {
    "pyspark": "is_remote_only",
    "pyspark.accumulators": "CPickleSerializer CloudPickleSerializer PySparkRuntimeError read_int",
    "pyspark.conf": "PySparkRuntimeError is_remote_only",
    "pyspark.core.broadcast": "ChunkedStream PySparkRuntimeError print_exec",
    "pyspark.core.context": (
        "Accumulator AutoBatchedSerializer BasicProfiler BatchedSerializer Broadcast CPickleSerializer "
        "CallSite ChunkedStream NoOpSerializer PairDeserializer ProfilerCollector "
        "PySparkRuntimeError RDD ResourceInformation Serializer SparkConf SparkFiles StatusTracker "
        "StorageLevel TaskContext UTF8Deserializer first_spark_call"
    ),
    "pyspark.core.rdd": (
        "Aggregator AutoBatchedSerializer BatchedSerializer CPickleSerializer CartesianDeserializer "
        "CloudPickleSerializer ExternalGroupBy ExternalMerger ExternalSorter NoOpSerializer "
        "PairDeserializer PySparkRuntimeError PythonEvalType RDDRangeSampler RDDSampler "
        "RDDStratifiedSampler ResultIterable SCCallSiteSync Serializer StatCounter StorageLevel "
        "fail_on_stopiteration get_used_memory pack_long python_cogroup python_full_outer_join python_join "
        "python_left_outer_join python_right_outer_join"
    ),
    "pyspark.errors.exceptions.base": "PySparkLogger",
    "pyspark.errors.exceptions.captured": "PySparkException QueryContextType",
    "pyspark.java_gateway": "PySparkRuntimeError UTF8Deserializer read_int",
    "pyspark.join": "ResultIterable",
    "pyspark.profiler": "AccumulatorParam PySparkRuntimeError PySparkValueError",
    "pyspark.shuffle": (
        "AutoBatchedSerializer BatchedSerializer CPickleSerializer CompressedSerializer "
        "FlattenedValuesSerializer Serializer fail_on_stopiteration"
    ),
    "pyspark.taskcontext": (
        "PySparkRuntimeError ResourceInformation UTF8Deserializer read_int write_int write_with_length"
    ),
    "pyspark.testing.utils": "PySparkAssertionError PySparkException PySparkTypeError QueryContextType Row SparkConf",
    "pyspark.util": "PySparkRuntimeError SpecialLengths UTF8Deserializer read_int write_int write_with_length",
}
