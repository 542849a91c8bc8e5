# SPDX-License-Identifier: Apache-2.0
"""Files that frames are read from and written to."""
