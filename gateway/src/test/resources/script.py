# SPDX-License-Identifier: Apache-2.0
"""A script of many small behaviours; the first argument chooses."""

import json
import os
import signal
import subprocess
import sys
import time

from sluice import py4jdoor


def echo():
    print(json.dumps({"argv": sys.argv, "name": __name__, "path0": sys.path[0], "cwd": os.getcwd()}))


def call():
    """The ten lines a user would write: greet in Java, print here."""
    door = py4jdoor.connect()
    print(door.entry_point.greet("Zoë"))
    assert py4jdoor.connect() is door


def secrets():
    """What of the gateway's secret can be seen by user code, before and after connecting."""
    path = os.environ["SLUICE_GATEWAY_TOKEN_FILE"]
    status, above = os.stat(path), os.stat(os.path.dirname(path))
    token = open(path).read()
    py4jdoor.connect()
    command = open("/proc/self/cmdline").read() + open(f"/proc/{os.getppid()}/cmdline").read()
    print(json.dumps({
        "modes": [oct(status.st_mode & 0o777), oct(above.st_mode & 0o777)],
        "unlinked": not os.path.exists(path),
        "in_command": token in command,
        "in_environment": any(token in value for value in os.environ.values()),
        "left": [name for name in os.environ if name.startswith("SLUICE_GATEWAY")],
        "token": token,
    }))


def replay():
    port, path = int(os.environ["SLUICE_GATEWAY_PORT"]), os.environ["SLUICE_GATEWAY_TOKEN_FILE"]
    py4jdoor.connect()
    try:
        py4jdoor.connect(port, path)
    except py4jdoor.DoorError as error:
        print(error)


def stream():
    """Says something, waits for an answer through Java, so that buffered output would be a deadlock."""
    door = py4jdoor.connect()
    print("ready")
    sys.stderr.write("also here\n")
    door.entry_point.waitForOutput()


def leave():
    """Leaves a process behind that keeps the pipes open."""
    print(subprocess.Popen(["sleep", "60"]).pid)


def orphan():
    py4jdoor.connect()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print(os.getpid())
    time.sleep(60)


def java_error():
    from py4j.protocol import Py4JJavaError
    try:
        py4jdoor.connect().entry_point.fail()
    except Py4JJavaError as error:
        print(error.java_exception.getMessage())


def code():
    sys.exit(int(sys.argv[2]))


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def environment():
    print(json.dumps({name: os.environ.get(name) for name in sys.argv[2:]}))


globals()[sys.argv[1]]()
