# SPDX-License-Identifier: Apache-2.0
"""The processes that run Python functions: zygote, generations and workers, and the frames they speak."""
