"""Docstrings with a context, as PySpark's own modules have them.

>>> double(sc.parallelize([1, 2, 3], 2)).collect()
[2, 4, 6]
"""


def double(rdd):
    """
    >>> double(rdd).sum()
    90
    >>> sorted(double(rdd).map(lambda x: (x % 4, x)).groupByKey().mapValues(list).collect())
    [(0, [0, 4, 8, 12, 16]), (2, [2, 6, 10, 14, 18])]
    >>> rdd.glom().collect()
    [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]
    >>> rdd.map(lambda x: 1 // x).count() # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
        ...
    Py4JJavaError: ...
    """
    return rdd.map(lambda x: x * 2)


def _test():
    import doctest
    import sys

    from pyspark import SparkContext

    globs = globals().copy()
    globs["sc"] = SparkContext("local[2]", "doctests")
    globs["rdd"] = globs["sc"].parallelize(range(10), 2)
    failed, tried = doctest.testmod(globs=globs, optionflags=doctest.ELLIPSIS)
    globs["sc"].stop()
    print(failed, tried)
    if failed:
        sys.exit(-1)


if __name__ == "__main__":
    _test()
