"""Classes, namedtuples, enums and dataclasses defined in the program travel both ways."""

import enum
from collections import Counter, defaultdict, namedtuple
from dataclasses import dataclass, field
from functools import partial, total_ordering
from typing import NamedTuple

from pyspark import SparkContext

Point = namedtuple("Point", "x y")


class Typed(NamedTuple):
    name: str
    size: int = 0


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


@dataclass(frozen=True)
class Item:
    name: str
    tags: tuple = field(default_factory=tuple)


@total_ordering
class Version:
    def __init__(self, text):
        self.parts = tuple(map(int, text.split(".")))

    def __eq__(self, other):
        return self.parts == other.parts

    def __lt__(self, other):
        return self.parts < other.parts

    def __hash__(self):
        return hash(self.parts)

    def __repr__(self):
        return "Version(%s)" % ".".join(map(str, self.parts))


class Scaler:
    factor = 3

    def __init__(self, offset):
        self.offset = offset

    def __call__(self, x):
        return x * self.factor + self.offset

    def method(self, x):
        return self(x) + 1

    @classmethod
    def of_class(cls, x):
        return x * cls.factor

    @staticmethod
    def of_none(x):
        return -x


def fact(n):
    return 1 if n < 2 else n * fact(n - 1)


if __name__ == "__main__":
    sc = SparkContext("local[2]", "classes")
    numbers = sc.parallelize(range(4), 2)
    scaler = Scaler(1)
    print(numbers.map(lambda i: Point(i, i * i)).collect(), numbers.map(lambda i: Point(i, 0)).max().x)
    print(numbers.map(lambda i: Typed("n", i)).filter(lambda t: t.size > 1).collect())
    print(numbers.map(lambda i: list(Colour)[i % 2]).collect())
    print(
        sorted(
            sc.parallelize([Colour.RED, Colour.BLUE, Colour.RED]).map(lambda c: c.name).countByValue().items()
        )
    )
    print(sc.parallelize([Item("a"), Item("b", ("t",)), Item("a")]).distinct().count())
    print(sc.parallelize(["1.10", "1.9", "0.5"], 2).map(Version).sortBy(lambda v: v).collect())
    print(sc.parallelize([Version("1.2"), Version("2.0")]).max())
    print(numbers.map(scaler).collect(), numbers.map(scaler.method).collect())
    print(
        numbers.map(Scaler.of_class).collect(),
        numbers.map(Scaler.of_none).collect(),
        numbers.map(scaler.of_class).collect(),
    )
    print(numbers.map(fact).collect(), numbers.map(partial(pow, 2)).collect())
    print(
        numbers.map(lambda i: defaultdict(list, {i: [i]})).first(),
        numbers.map(lambda i: Counter("aab")).reduce(lambda a, b: a + b),
    )
    print([type(p).__name__ for p in sc.parallelize([Point(1, 2), Typed("a")]).collect()])
    print(sc.parallelize([(Point(1, 2), 1), (Point(1, 2), 2)], 2).reduceByKey(lambda a, b: a + b).collect())
    sc.stop()
