# SPDX-License-Identifier: Apache-2.0
"""Guesses ratings by alternating least squares: sluice run examples/ratings.py PATH, lines "user item rating"

Users and items get a vector of two numbers each, whose product is the rating; in turns one side is held still and the
other solved for, every vector by itself in a task, with the still side as a broadcast.
"""

import sys

from sluice import Context

ROUNDS = 20
CAUTION = 0.05


def read(line):
    user, item, rating = line.split()
    return user, item, float(rating)


def product(one, other):
    return one[0] * other[0] + one[1] * other[1]


def solve(rated, still):
    """The vector that fits the ratings of one user or item best: two equations with two unknowns."""
    a = d = CAUTION
    b = right0 = right1 = 0.0
    for name, rating in rated:
        first, second = still[name]
        a, b, d = a + first * first, b + first * second, d + second * second
        right0, right1 = right0 + first * rating, right1 + second * rating
    scale = a * d - b * b
    return (right0 * d - b * right1) / scale, (a * right1 - b * right0) / scale


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: ratings.py PATH")
    with Context(appName="ratings") as sc:
        ratings = sc.textFile(sys.argv[1]).map(read).cache()
        by_user = ratings.map(lambda row: (row[0], (row[1], row[2]))).groupByKey().mapValues(list).cache()
        by_item = ratings.map(lambda row: (row[1], (row[0], row[2]))).groupByKey().mapValues(list).cache()
        names = sorted(by_item.keys().collect())
        items = {name: (1.0, number / len(names)) for number, name in enumerate(names)}
        users = {}
        for _ in range(ROUNDS):
            still = sc.broadcast(items)
            users = by_user.mapValues(lambda rated, still=still: solve(rated, still.value)).collectAsMap()
            moved = sc.broadcast(users)
            items = by_item.mapValues(lambda rated, still=moved: solve(rated, still.value)).collectAsMap()
            still.destroy()
            moved.destroy()
        error = ratings.map(lambda row: (row[2] - product(users[row[0]], items[row[1]])) ** 2).mean() ** 0.5
        known = set(ratings.map(lambda row: row[:2]).collect())
    print(f"error {error:.3f}")
    for user in sorted(users):
        guesses = [(product(users[user], items[item]), item) for item in names if (user, item) not in known]
        if guesses:
            rating, item = max(guesses)
            print(f"{user}: {item} {rating:.2f}")


if __name__ == "__main__":
    main()
