"""A shop in SQL: temp views, joins, subqueries, common table expressions, windows, dates."""

import datetime

from pyspark.sql import Row, SparkSession

spark = SparkSession.builder.master("local[2]").appName("shop").getOrCreate()
day = datetime.date(2024, 1, 30)
orders = [
    Row(id=i, customer=f"c{i % 5}", day=day + datetime.timedelta(days=9 * i), total=round(10 + i * 7.25 % 41, 2))
    for i in range(1, 21)
]
customers = [("c0", "Ada", "London"), ("c1", "Bo", "Oslo"), ("c2", "Cy", None), ("c7", "Di", "Oslo")]
spark.createDataFrame(orders).createOrReplaceTempView("orders")
spark.createDataFrame(customers, "code string, name string, city string").createOrReplaceTempView("customers")

spark.sql("""
    SELECT c.name, count(*) AS orders, sum(o.total) AS spent, max(o.day) AS last
    FROM orders o JOIN customers c ON o.customer = c.code
    GROUP BY c.name HAVING count(*) >= 3 ORDER BY spent DESC
""").show()
spark.sql("SELECT DISTINCT customer FROM orders WHERE customer NOT IN (SELECT code FROM customers) ORDER BY 1").show()
spark.sql("""
    WITH monthly AS (
        SELECT date_trunc('month', day) AS month, sum(total) AS total FROM orders GROUP BY 1
    )
    SELECT date_format(month, 'yyyy-MM') AS month, total,
           round(total - lag(total) OVER (ORDER BY month), 2) AS change,
           round(sum(total) OVER (ORDER BY month), 2) AS running
    FROM monthly ORDER BY month
""").show(50, False)
spark.sql("""
    SELECT coalesce(city, 'nowhere') AS city, CASE WHEN total > 30 THEN 'large' ELSE 'small' END AS size, count(*) AS n
    FROM orders LEFT JOIN customers ON customer = code
    GROUP BY 1, 2 ORDER BY city, size
""").show()
best = spark.sql("SELECT id, total FROM orders o WHERE total = (SELECT max(total) FROM orders)")
print(best.collect())
print(spark.sql("SELECT name, exists(SELECT 1 FROM orders WHERE customer = code) AS buys FROM customers ORDER BY name").collect())
spark.sql("SELECT city, count(*) n FROM customers GROUP BY ROLLUP(city) ORDER BY city NULLS FIRST, n").show()
spark.table("orders").selectExpr("id * 10 as tens", "datediff(day, '2024-01-01') as since").orderBy("tens").show(3)
print([t.name for t in sorted(spark.catalog.listTables(), key=lambda t: t.name)])
spark.catalog.dropTempView("customers")
print([t.name for t in spark.catalog.listTables()])
spark.stop()
