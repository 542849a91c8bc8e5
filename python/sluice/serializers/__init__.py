# SPDX-License-Identifier: Apache-2.0
"""Serializers; filled below."""
