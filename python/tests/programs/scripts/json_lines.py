"""Lines of JSON cleaned: bad records to a side by an accumulator of a class of its own, nested ones flattened, by log."""

import json
import logging
import os
import sys
import tempfile

from pyspark import AccumulatorParam, SparkConf, SparkContext

logging.basicConfig(stream=sys.stdout, format="%(levelname)s %(message)s", level=logging.INFO)
logging.getLogger("py4j").setLevel(logging.ERROR)
log = logging.getLogger("cleaner")


class Reasons(AccumulatorParam):
    """Counts by name."""

    def zero(self, initial):
        return {}

    def addInPlace(self, left, right):
        for name, count in right.items():
            left[name] = left.get(name, 0) + count
        return left


class BadRecord(Exception):
    pass


def check(record):
    if not isinstance(record, dict):
        raise BadRecord("no object")
    if "id" not in record:
        raise BadRecord("no id")
    return record


def parse(lines):
    for line in lines:
        try:
            yield check(json.loads(line))
        except ValueError:
            reasons.add({"no json": 1})
        except BadRecord as error:
            reasons.add({str(error): 1})


def flatten(record, prefix=""):
    for name, value in record.items():
        if isinstance(value, dict):
            yield from flatten(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            for i, one in enumerate(value):
                yield from flatten({f"{name}[{i}]": one}, prefix)
        else:
            yield prefix + name, value


sc = SparkContext.getOrCreate(SparkConf().setMaster("local[2]").setAppName("json"))
reasons = sc.accumulator({}, Reasons())
with tempfile.TemporaryDirectory() as directory:
    source = os.path.join(directory, "in")
    os.mkdir(source)
    for part in range(3):
        with open(os.path.join(source, f"part-{part}.json"), "w", encoding="utf-8") as file:
            for i in range(5):
                record = {"id": part * 10 + i, "tags": ["ä", "b" * i], "at": {"city": f"c{i % 2}", "zip": None}}
                file.write(json.dumps(record, ensure_ascii=i % 2 == 0) + "\n")
            file.write(["{broken\n", "[1]\n", '{"name": 1}\n'][part])
    records = sc.textFile(source).mapPartitions(parse).persist()
    log.info("good=%d", records.count())
    log.info("bad=%s", sorted(reasons.value.items()))
    fields = records.flatMap(flatten)
    log.info("fields=%s", sorted(fields.countByKey().items()))
    log.info("cities=%s", sorted(records.map(lambda r: (r["at"]["city"], r["id"])).groupByKey().mapValues(sorted).collect()))
    target = os.path.join(directory, "out")
    records.coalesce(1).sortBy(lambda r: r["id"]).map(lambda r: json.dumps(r, sort_keys=True)).saveAsTextFile(target)
    again = sc.textFile(target).map(json.loads)
    log.info("again=%s", again.take(2))
    log.info("parts=%s", sorted(name for name in os.listdir(target) if not name.startswith(".")))
    log.info("whole=%s", sorted(sc.wholeTextFiles(source).mapValues(lambda t: t.count("\n")).values().collect()))
sc.stop()
