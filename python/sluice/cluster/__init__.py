# SPDX-License-Identifier: Apache-2.0
"""The local cluster as Python sees it: where it keeps its state, how it is started and stopped, how a program joins."""
