# SPDX-License-Identifier: Apache-2.0
"""Files: what is added for tasks, what is read and written, checkpoints, pipes."""
