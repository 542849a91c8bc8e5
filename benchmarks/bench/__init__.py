# SPDX-License-Identifier: Apache-2.0
"""What `sluice bench` is made of: engines that run scenarios, what was measured of them, the page and the JSON."""
