#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Starts the local cluster of this machine; it is ready when this returns. Takes the options of `sluice cluster start`.
exec "$(CDPATH='' cd -- "$(dirname -- "$(readlink -f -- "$0")")" && pwd -P)/../bin/sluice" cluster start "$@"
