# SPDX-License-Identifier: Apache-2.0
"""Small programs against PySpark's RDD API, one file a family."""
