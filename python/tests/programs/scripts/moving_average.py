"""Time series: dates, Decimals and NaN; a moving average over a sorted index, the median, gaps, days by week."""

import math
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal

from pyspark import SparkContext

sc = SparkContext("local[2]", "series")
first = datetime(2024, 2, 27, tzinfo=timezone.utc)
prices = sc.parallelize(
    [(first + timedelta(days=(i * 7) % 20), Decimal(i * 37 % 101) / 4) for i in range(20)], 5
)
in_order = prices.sortByKey().zipWithIndex().map(lambda pi: (pi[1], pi[0])).cache()
print(in_order.count(), in_order.values().first())
window = in_order.flatMap(lambda ip: [(ip[0] + d, ip[1][1]) for d in range(3)])
smooth = (
    window.groupByKey()
    .filter(lambda kv: len(kv[1]) == 3)
    .mapValues(lambda vs: (sum(vs) / 3).quantize(Decimal("0.01"), ROUND_HALF_UP))
    .sortByKey()
)
print([str(v) for v in smooth.values().collect()])
n = in_order.count()
ranked = prices.values().sortBy(lambda p: p).zipWithIndex().map(lambda pi: (pi[1], pi[0]))
print("median", (ranked.lookup(n // 2 - 1)[0] + ranked.lookup(n // 2)[0]) / 2, ranked.lookup(999))
weeks = prices.map(lambda tp: (tp[0].isocalendar()[:2], tp[1])).combineByKey(
    lambda p: (p, p, 1), lambda c, p: (min(c[0], p), max(c[1], p), c[2] + 1), lambda c, d: (min(c[0], d[0]), max(c[1], d[1]), c[2] + d[2])
)
for week, (least, most, count) in sorted(weeks.collect()):
    print(week, least, most, count)
changes = in_order.join(in_order.map(lambda ip: (ip[0] + 1, ip[1]))).mapValues(lambda ab: ab[0][1] - ab[1][1])
print("largest rise", max(changes.collect(), key=lambda kv: (kv[1], -kv[0])))
print(sorted(prices.map(lambda tp: (tp[0].date().replace(day=1), 1)).countByKey().items()))
numbers = sc.parallelize([1.5, math.nan, -2.0, math.nan, math.inf], 2)
print(numbers.filter(lambda x: not math.isnan(x)).max(), numbers.map(math.isnan).countByValue()[True])
print(sc.parallelize([date(2024, 1, 31), date(2023, 12, 1)]).min(), prices.map(lambda tp: tp[1]).sum())
sc.stop()
