# SPDX-License-Identifier: Apache-2.0
"""Lists which node of a graph reaches which: sluice run examples/reachable.py PATH, lines "from to" """

import sys

from sluice import Context


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: reachable.py PATH")
    with Context(appName="reachable") as sc:
        edges = sc.textFile(sys.argv[1]).map(lambda line: tuple(line.split())).distinct(2)
        # By their ends, so that they meet the edges that begin there; partitioned alike, so only paths are shuffled.
        starts = edges.partitionBy(2).cache()
        paths = edges.cache()
        before = 0
        while (count := paths.count()) > before:
            before = count
            longer = paths.map(lambda path: (path[1], path[0])).join(starts, 2).values()
            paths = paths.union(longer).distinct(2).cache()
        for source, target in paths.sortBy(lambda path: path, numPartitions=1).toLocalIterator():
            print(source, target)


if __name__ == "__main__":
    main()
