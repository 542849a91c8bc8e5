#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Stops the local cluster of this machine. Takes the options of `sluice cluster stop`.
exec "$(CDPATH='' cd -- "$(dirname -- "$(readlink -f -- "$0")")" && pwd -P)/../bin/sluice" cluster stop "$@"
