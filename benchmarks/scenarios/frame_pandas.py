# SPDX-License-Identifier: Apache-2.0
"""pandas to a frame and back. The floor: pandas to Arrow and back in one process."""

from common import Metric, median, scenario, tell
from frames import N, rows, session

METRICS = [
    Metric("create", "createDataFrame of 5M x 4 from pandas", times=10),
    Metric("pandas", "toPandas of 5M x 4", times=12),
]


def main():
    spark = session()
    source = rows()

    def create():
        return spark.createDataFrame(source)

    frame = create()
    tell(create=median(create, 3))

    def back():
        found = frame.toPandas()
        assert len(found) == N
        assert list(found.iloc[N // 3]) == list(source.iloc[N // 3])

    tell(pandas=median(back, 3))
    spark.stop()


def floor():
    import pyarrow

    source = rows()
    table = pyarrow.Table.from_pandas(source)
    tell(create=median(lambda: pyarrow.Table.from_pandas(source), 3))
    tell(pandas=median(lambda: table.to_pandas(), 3))


if __name__ == "__main__":
    scenario(globals())
