"""What the suite tests."""


def totals(sales):
    """Sums by name, of those who sold anything.

    >>> totals(sc.parallelize([("x", 1), ("x", 2), ("y", 0)])).collect()
    [('x', 3)]
    """
    return sales.reduceByKey(lambda a, b: a + b).filter(lambda kv: kv[1] > 0)


def best(sales, number=1):
    """Who sold most.

    >>> best(sc.parallelize([("x", 1), ("y", 4)]))
    ['y']
    """
    return [name for name, _ in totals(sales).takeOrdered(number, key=lambda kv: (-kv[1], kv[0]))]


def ratio(sales, name):
    """A part of all.

    >>> round(ratio(sc.parallelize([("x", 1), ("y", 3)]), "x"), 2)
    0.25
    """
    whole = sales.values().sum()
    return sum(sales.lookup(name)) / whole
