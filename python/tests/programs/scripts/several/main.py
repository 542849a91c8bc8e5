"""A program of several files: a helper beside it, a package and a module added with addPyFile."""

import os
import sys
import zipfile

from helper import shout
from pyspark import SparkContext

here = os.path.dirname(os.path.abspath(__file__))
work = sys.argv[1] if len(sys.argv) > 1 else "."
with zipfile.ZipFile(os.path.join(work, "added.zip"), "w") as archive:
    archive.writestr("added/__init__.py", "LEVEL = 5\n")
    archive.writestr("added/inner.py", "from added import LEVEL\ndef lift(x):\n    return x + LEVEL\n")
with open(os.path.join(work, "single_module.py"), "w") as file:
    file.write("def twice(x):\n    return x * 2\n")
sc = SparkContext("local[2]", "several", pyFiles=[os.path.join(work, "single_module.py")])
sc.addPyFile(os.path.join(work, "added.zip"))
sc.addPyFile(os.path.join(here, "helper.py"))


def use(x):
    from added.inner import lift
    from single_module import twice

    return lift(twice(x))


print(sc.parallelize(range(4), 2).map(use).collect())
print(sc.parallelize(["a", "b"], 2).map(shout).collect())
from added.inner import lift

print(sc.parallelize(range(3), 1).map(lift).collect())
sc.stop()
