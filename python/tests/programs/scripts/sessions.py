"""Cuts clicks into sessions: a gap of half an hour begins another."""

import sys

from pyspark import SparkContext

GAP = 1800
sc = SparkContext("local[2]", "sessions")
clicks = sc.textFile(sys.argv[1]).map(lambda l: l.split("\t")).map(lambda f: (f[0], (int(f[1]), f[2])))


def cut(events):
    session, last = [], None
    for t, page in sorted(events):
        if last is not None and t - last > GAP:
            yield session
            session = []
        session.append((t, page))
        last = t
    if session:
        yield session


sessions = clicks.groupByKey().flatMapValues(cut).cache()
summary = sessions.mapValues(lambda s: (s[0][0], s[-1][0] - s[0][0], [p for _, p in s]))
for user, (start, length, pages) in sorted(summary.collect()):
    print(user, start, length, ">".join(pages))
print(sorted(sessions.countByKey().items()))
bounce = sessions.filter(lambda s: len(s[1]) == 1).count() / sessions.count()
print("bounce rate %.3f" % bounce)
pairs = sessions.values().flatMap(lambda s: [(a[1], b[1]) for a, b in zip(s, s[1:])]).countByValue()
print(sorted(pairs.items()))
sc.stop()
