# SPDX-License-Identifier: Apache-2.0
"""What tests with real processes share: waiting, counting what is there, drivers in processes of their own."""
