# SPDX-License-Identifier: Apache-2.0
"""Requests a host and status from web server logs, with a table that is broadcast: sluice run examples/logs.py PATH

A line that is not understood is counted and left out.
"""

import re
import sys

from sluice import Context

LINE = re.compile(r'(\S+) \S+ \S+ \[[^\]]*\] "[^"]*" (\d{3}) (\d+|-)')
MEANINGS = {2: "served", 3: "elsewhere", 4: "refused", 5: "failed"}


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: logs.py PATH")
    with Context(appName="logs") as sc:
        bad = sc.accumulator(0)
        meanings = sc.broadcast(MEANINGS)

        def parse(line):
            found = LINE.match(line)
            if found is None:
                bad.add(1)
                return []
            host, status, size = found.groups()
            meaning = meanings.value.get(int(status) // 100, "odd")
            return [((host, meaning), (1, 0 if size == "-" else int(size)))]

        requests = sc.textFile(sys.argv[1]).flatMap(parse)
        totals = requests.reduceByKey(lambda one, other: (one[0] + other[0], one[1] + other[1]))
        for (host, meaning), (count, size) in sorted(totals.collect()):
            print(f"{host:<15} {meaning:<9} {count:>5} {size:>9}")
        print(f"{bad.value} lines were not understood")


if __name__ == "__main__":
    main()
