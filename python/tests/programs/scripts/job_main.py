"""A job with arguments, logging and an exit code, as it is given to spark-submit."""

import argparse
import logging
import os
import sys

from pyspark import SparkConf, SparkContext, StorageLevel

logging.basicConfig(stream=sys.stderr, level=logging.INFO)
log = logging.getLogger("job")


def parse(argv=None):
    parser = argparse.ArgumentParser(description="counts lines by length")
    parser.add_argument("input")
    parser.add_argument("--partitions", type=int, default=2)
    parser.add_argument("--least", type=int, default=0)
    parser.add_argument("--fail", action="store_true")
    return parser.parse_args(argv)


def main(argv=None):
    args = parse(argv)
    conf = SparkConf()
    conf.setIfMissing("spark.master", "local[2]")
    conf.setAppName("job").set("spark.executor.memory", "1g").set("own.setting", "7")
    sc = SparkContext.getOrCreate(conf)
    sc.setLogLevel("ERROR")
    logger = sc._jvm.org.apache.log4j.LogManager.getLogger("job")
    logger.info("started")
    log.info("application %s", sc.applicationId)
    sc._jsc.hadoopConfiguration().set("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
    sc.setLocalProperty("spark.scheduler.pool", "reports")
    try:
        lines = sc.textFile(args.input, args.partitions).filter(lambda l: len(l) >= args.least)
        lines.persist(StorageLevel.MEMORY_AND_DISK)
        print(lines.count(), lines.getNumPartitions(), lines.getStorageLevel().useDisk)
        print(sorted(lines.map(lambda l: (len(l), 1)).reduceByKey(lambda a, b: a + b).collect()))
        print(
            sc.getConf().get("own.setting"),
            sc.getConf().get("nothing", "default"),
            sc.getLocalProperty("spark.scheduler.pool"),
        )
        print(
            sc._conf.get("spark.executor.memory"),
            sc._jsc.sc().applicationId() == sc.applicationId,
            sc._jvm.java.lang.Integer.parseInt("12"),
        )
        if args.fail:
            raise RuntimeError("asked to fail")
        return 0
    except RuntimeError as error:
        print("failed:", error)
        return 3
    finally:
        sc.stop()


if __name__ == "__main__":
    sys.exit(main())
