# SPDX-License-Identifier: Apache-2.0
"""`pyspark.sql.functions`: a registry of what each function compiles to, and the Python functions that name them."""
