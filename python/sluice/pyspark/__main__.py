# SPDX-License-Identifier: Apache-2.0
"""`python -m sluice.pyspark SCRIPT [ARGUMENTS]` or `-m MODULE [ARGUMENTS]`."""

# The program is given this module's namespace, emptied: nothing of the runner may live in it.
from sluice.pyspark.runner import main

main()
