# SPDX-License-Identifier: Apache-2.0
"""Programs as people write them for PySpark, in scripts/, with what they print there recorded beside them."""
