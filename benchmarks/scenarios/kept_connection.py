# SPDX-License-Identifier: Apache-2.0
"""A module's cached connection: opened by the first task of a worker, used by the others."""

import sqlite3

_connection = None


def connection():
    """The connection of this process."""
    global _connection
    if _connection is None:
        _connection = sqlite3.connect(":memory:")
        _connection.execute("create table squares (n integer primary key, square integer)")
        squares = ((number, number * number) for number in range(200_000))
        _connection.executemany("insert into squares values (?, ?)", squares)
    return _connection


def square(number):
    """Look a number's square up."""
    return connection().execute("select square from squares where n = ?", (number,)).fetchone()[0]
