# SPDX-License-Identifier: Apache-2.0
"""SQL as text: queries of every form, views, parameters, subqueries, literals, errors; catalog and settings."""

from __future__ import annotations

import dataclasses

from ..registry import Expressions, case, outcome


class _Session:
    """Runs a line as a query over the view of people."""

    def __init__(self, spark):
        rows = [("Ann", 30, "x"), ("Bob", None, "y"), ("Cid", 25, None), ("Dee", 30, "x")]
        spark.createDataFrame(rows, "name string, age int, team string").createOrReplaceTempView("people")
        spark.createDataFrame([("x", 1.5), ("z", 2.5)], "team string, budget double").createOrReplaceTempView(
            "teams"
        )
        self.spark = spark

    def cache(self):
        return self

    def select(self, query):
        return self.spark.sql(query)


class _Queries(Expressions):
    def cases(self, family, title):
        for each in super().cases(family, title):
            yield dataclasses.replace(each, ordered="order by" in each.name)

    def _select(self, line, spark):
        return self._frame(spark).select(line)


queries = _Queries(
    """
    select * from people order by name
    select name, age + 1 from people order by name
    select distinct age from people order by age
    select count(*), count(age), avg(age) from people
    select team, count(*) c from people group by team order by c desc, team
    select team, max(age) from people group by team having count(*) > 1
    select name n from people where age > 26 and team = 'x' order by n
    select p.name, t.budget from people p left join teams t on p.team = t.team order by 1
    with old as (select * from people where age >= 30) select count(*) from old
    with a as (select 1 as x), b as (select x + 1 as y from a) select * from a, b
    with recursive r(n) as (select 1 union all select n + 1 from r where n < 4) select n from r order by n
    select * from values (1, 'a'), (2, 'b') as t(n, s) order by n
    values (1, 'a'), (2, null)
    select * from (select age, team from people) where age is not null order by age, team limit 2
    select name from people where age = (select max(age) from people) order by name
    select name from people where team in (select team from teams) order by name
    select name, (select sum(budget) from teams t where t.team = p.team) from people p order by name
    select 1 union select 2 union all select 2 order by 1
    select case when age is null then 'unknown' when age > 26 then 'old' else 'young' end k, count(*) from people group by 1 order by 1
    select name, row_number() over (order by name desc) from people order by name
    select if(age > 26, name, lower(name)) from people order by name
    select cast('1' as int) + 1, '2' * 3, 7 / 2, 7 div 2, 7 % 4, -7 % 4
    select 'a' || 'b', concat_ws('-', 'a', null, 'b'), "double quoted"
    select 1 as `a b`, 2 as `c``d`
    select true and null, null or true, not null
    select null = null, null <=> null, 1 <=> null
    select interval 1 day, interval '2' month
    select date '2024-01-31' + interval 1 month, timestamp '2024-01-31 10:00:00' - interval 1 hour
    select array(1, 2)[0], map('a', 1)['a'], named_struct('x', 1).x
    select transform(array(1, 2), x -> x * 2)
    select explode(array(1, 2)) as e
    select name, e from people lateral view explode(array(1, 2)) t as e where name = 'Ann' order by e
    select * from range(3)
    select id from range(1, 10, 3) order by id desc
    select sum(id) from range(100)
    select count(distinct team, age) from people
    select first(name), last(name) from (select name from people order by name)
    select collect_list(age) from (select age from people order by name)
    select percentile(age, 0.5), approx_count_distinct(team) from people
    select team, sum(age) from people group by rollup(team) order by team nulls last, 2
    select team, age, count(*) from people group by grouping sets ((team), (age)) order by 1, 2, 3
    select * from people tablesample (100 percent) order by name
    select * except (age) from people order by name
    select people.* from people where people.name = 'Ann'
    select name from people order by age desc nulls last, name
    select name from people limit 0
    select name from people order by name limit 1 offset 2
    select 1 where false
    select 1
    select 1 a, a + 1 b
    select -5 as n, +5 as p, - -5
    select 1.5, 1e2, 1.5e-3, 10L, 3S, 2Y, 1.5D, 1.5F, 1.5BD, 0.1
    select X'1F', 'it''s', 'a\\nb'
    select 5 between 1 and 10, 5 not in (1, 2), 'abc' like 'a%', 'abc' rlike 'b'
    select greatest(1, 2.5, 0), least('b', 'a'), nullif(1, 1), coalesce(null, 2), nvl2(null, 1, 2)
    select current_database(), current_schema()
    select typeof(1), typeof(1.5), typeof('x'), typeof(array(1)), typeof(null), typeof(1 + 1L)
    select 'x' as a, count(*) filter (where age > 26) as c from people
    select /* comment */ name -- more
    select name from people where age > all (select 1)
    select stack(2, 1, 'a', 2, 'b')
    select inline(array(named_struct('a', 1, 'b', 2)))
    select * from people pivot (count(*) for team in ('x', 'y')) order by name
    select name, t.* from people p, lateral (select p.age + 1 as older) t order by name
    from people select name where age = 25
    from people |> where age > 26 |> select name |> order by name
    select hash('x'), md5('x'), sha2('x', 256), crc32('x')
    select date_format(date '2024-03-05', 'dd/MM/yyyy'), to_date('2024-03-05'), year('2024-03-05')
    select cast(null as int), cast('x' as int)
    select try_cast('x' as int), try_divide(1, 0), try_add(2147483647, 1)
    select 1 / 0
    select 2147483647 + 1
    select array(1)[3]
    select nope from people
    select * from nosuchtable
    select nosuchfunction(1)
    selec 1
    select name, count(*) from people
    select name from people where count(*) > 1
    select age from people group by team
    select sum(name) from people
    select name from people union select name, age from people
    select * from people join teams
    select team from people join teams on people.team = teams.team
    select 'abc
    select (select name from people)
    select date '2024-13-01'
    select cast('abc' as nonsense)
    select 1 +
    """,
    _Session,
    sql=True,
)


@case
def views(spark):
    frame = spark.range(3)
    frame.createOrReplaceTempView("v_one")
    frame.createOrReplaceTempView("V_ONE")
    found = [
        spark.table("v_one").count(),
        spark.sql("select count(*) from V_One").first()[0],
        spark.catalog.tableExists("v_one"),
        outcome(lambda: frame.createTempView("v_one")),
        spark.catalog.dropTempView("v_one"),
        spark.catalog.dropTempView("v_one"),
        outcome(lambda: spark.table("v_one")),
        outcome(lambda: spark.sql("select * from v_one")),
    ]
    frame.createGlobalTempView("v_two")
    found += [
        spark.sql("select count(*) from global_temp.v_two").first()[0],
        spark.catalog.dropGlobalTempView("v_two"),
    ]
    return found


@case
def views_hold_the_frame_of_then(spark):
    spark.range(3).createOrReplaceTempView("v_then")
    frame = spark.table("v_then").filter("id > 0")
    spark.range(30).createOrReplaceTempView("v_then")
    return [frame.count(), spark.table("v_then").count()]


@case
def statements(spark):
    spark.range(4).createOrReplaceTempView("s_base")
    spark.sql("create or replace temp view s_even as select * from s_base where id % 2 = 0")
    found = [
        spark.table("s_even").count(),
        spark.sql("show tables").columns,
        spark.sql("describe s_even").collect(),
        spark.sql("drop view s_even").columns,
        outcome(lambda: spark.table("s_even")),
    ]
    return found


@case
def parameters(spark):
    spark.range(5).createOrReplaceTempView("p_range")
    return [
        spark.sql("select :a + 1 as x, :b as y", args={"a": 1, "b": "it's"}),
        spark.sql("select id from p_range where id > ?", args=[2]),
        spark.sql("select * from {frame} where id < {limit}", frame=spark.range(9), limit=2),
        spark.sql("select id from p_range where id = :n", {"n": 3}),
    ]


@case
def settings(spark):
    found = [
        spark.conf.get("spark.sql.session.timeZone"),
        spark.conf.get("spark.sql.ansi.enabled"),
        spark.conf.get("spark.sql.caseSensitive"),
        spark.conf.get("nothing.of.this", "d"),
        outcome(lambda: spark.conf.get("nothing.of.this")),
        spark.conf.isModifiable("spark.sql.shuffle.partitions"),
    ]
    spark.sql("set spark.sql.session.timeZone = Asia/Tokyo")
    return [
        *found,
        spark.conf.get("spark.sql.session.timeZone"),
        spark.sql("select current_timezone()").first()[0],
    ]


@case
def without_ansi(spark):
    spark.conf.set("spark.sql.ansi.enabled", "false")
    try:
        return [
            outcome(lambda query=query: spark.sql(query).first()[0])
            for query in (
                "select 1 / 0",
                "select cast('x' as int)",
                "select 2147483647 + 1",
                "select array(1)[5]",
                "select element_at(map('a', 1), 'b')",
                "select '1' + 1",
                "select cast(300 as tinyint)",
                "select 5 % 0",
                "select to_date('nope')",
                "select 'a' = 1",
                "select cast('2020-13-01' as date)",
            )
        ]
    finally:
        spark.conf.set("spark.sql.ansi.enabled", "true")


@case
def catalog(spark):
    spark.range(1).createOrReplaceTempView("catalog_view")
    tables = [
        (t.name, t.isTemporary, t.tableType) for t in spark.catalog.listTables() if t.name == "catalog_view"
    ]
    columns = [(c.name, c.dataType, c.nullable) for c in spark.catalog.listColumns("catalog_view")]
    return [
        tables,
        columns,
        spark.catalog.currentDatabase(),
        spark.catalog.databaseExists("default"),
        spark.catalog.tableExists("nope"),
        spark.catalog.functionExists("upper"),
        spark.catalog.currentCatalog(),
        spark.catalog.isCached("catalog_view"),
    ]


@case
def sql_and_methods_mix(spark):
    _Session(spark)
    frame = spark.sql("select * from people").filter("age > 26").groupBy("team").count()
    frame.createOrReplaceTempView("counted")
    return [
        frame,
        spark.sql("select * from counted where count > 1"),
        spark.sql("select name from people").join(spark.table("teams").limit(1), how="cross"),
    ]


@case
def functions_in_python_by_name(spark):
    spark.udf.register("plus_one", lambda x: None if x is None else x + 1, "int")
    registered = spark.udf.register("shout", lambda s: s.upper() + "!")
    _Session(spark)
    return [
        spark.sql("select name, plus_one(age) from people"),
        spark.sql("select shout('a')"),
        spark.table("people").select(registered("name")),
        spark.table("people").selectExpr("plus_one(age) as n"),
    ]
