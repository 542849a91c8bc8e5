#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The interpreter that Maven runs stage.py with: SLUICE_PYTHON, else python3.
exec "${SLUICE_PYTHON:-python3}" "$(dirname -- "$0")/stage.py" "$@"
