# SPDX-License-Identifier: Apache-2.0
"""The demonstration that ``./sluice demo`` runs: the broadcast-heavy job and a word count, timed and weighed.

``broadcastjob.py`` and ``wordcount.py`` are plain PySpark programs; everything else here runs them and
shows a table.
"""
