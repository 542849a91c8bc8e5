"""mapPartitions and foreachPartition with a connection for each partition."""

import os
import sqlite3
import tempfile

from pyspark import SparkContext, TaskContext

path = os.path.join(tempfile.mkdtemp(), "store.db")
with sqlite3.connect(path) as db:
    db.execute("create table item (id integer primary key, price real)")
    db.executemany("insert into item values (?, ?)", [(i, i * 1.5) for i in range(20)])
db.close()
sc = SparkContext("local[2]", "connections")


def look_up(ids):
    connection = sqlite3.connect(path)
    try:
        for i in ids:
            yield i, connection.execute("select price from item where id = ?", (i,)).fetchone()[0]
    finally:
        connection.close()


def store(rows):
    with sqlite3.connect(path, timeout=30) as connection:
        connection.executemany(
            "insert into sold values (?, ?, ?)", [(i, p, TaskContext.get().partitionId()) for i, p in rows]
        )
    connection.close()


with sqlite3.connect(path) as db:
    db.execute("create table sold (id integer, price real, part integer)")
ids = sc.parallelize(range(3, 15), 3)
prices = ids.mapPartitions(look_up)
print(prices.collect())
prices.foreachPartition(store)
print(db.execute("select part, count(*), sum(price) from sold group by part order by part").fetchall())
print(prices.mapPartitionsWithIndex(lambda n, it: [(n, sum(p for _, p in it))]).collect())
print(prices.take(2), prices.first())
sc.stop()
