# SPDX-License-Identifier: Apache-2.0
"""Apache Spark's standalone cluster: a master and two workers, with processes and directories of their own."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

from tests.support import spark
from tests.support.drivers import MARK, end, marked
from tests.support.waiting import descendants, eventually

WORKERS = 2
_MASTER = "org.apache.spark.deploy.master.Master"
_WORKER = "org.apache.spark.deploy.worker.Worker"
_EXECUTOR = b"CoarseGrainedExecutorBackend"
_ADDRESS = re.compile(r"Starting Spark master at (spark://\S+)")
#: What the daemons say on standard error, so that it can be waited for.
_LOG = """\
rootLogger.level = info
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %d{HH:mm:ss.SSS} %p %c{1}: %m%n%ex
"""


class SparkCluster:
    """A cluster that is there from ``__enter__`` on, with a core each worker; at the end nothing of it is left."""

    def __init__(self) -> None:
        # Short, since executors make sockets below it.
        self.directory = Path(tempfile.mkdtemp(prefix="sp-", dir="/tmp"))
        self.mark = uuid.uuid4().hex
        self.master = ""
        self._daemons: list[subprocess.Popen[bytes]] = []
        #: Executors that there were, by their pids.
        self._seen: set[str] = set()

    def __enter__(self) -> SparkCluster:
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self) -> None:
        conf = self.directory / "conf"
        conf.mkdir()
        (conf / "log4j2.properties").write_text(_LOG)
        self._daemon("master", _MASTER)
        found = eventually(lambda: self._running() and _ADDRESS.search(self.log("master")), seconds=60)
        assert found
        self.master = found[1]
        for number in range(WORKERS):
            work = self.directory / f"worker-{number}" / "work"
            self._daemon(f"worker-{number}", _WORKER, "-c", "1", "-m", "700m", "-d", str(work), self.master)
        eventually(
            lambda: self._running() and self.log("master").count("Registering worker"),
            lambda n: n == WORKERS,
            seconds=60,
        )

    def _running(self) -> bool:
        ended = [daemon for daemon in self._daemons if daemon.poll() is not None]
        assert not ended, "\n".join(log.read_text() for log in self.directory.glob("*/log"))
        return True

    def _daemon(self, name: str, main: str, *arguments: str) -> None:
        own = self.directory / name
        (own / "tmp").mkdir(parents=True)
        with open(own / "log", "wb") as log:
            self._daemons.append(
                subprocess.Popen(
                    [
                        str(spark.home() / "bin" / "spark-class"),
                        main,
                        *("--host", "127.0.0.1", "--port", "0", "--webui-port", "0"),
                        *arguments,
                    ],
                    env={
                        **self.environment(),
                        "SPARK_CONF_DIR": str(self.directory / "conf"),
                        "SPARK_DAEMON_MEMORY": "200m",
                        "SPARK_LOCAL_DIRS": str(own / "local"),
                        "SPARK_DAEMON_JAVA_OPTS": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
                        "XDG_CACHE_HOME": str(own / "cache"),
                        MARK: self.mark,
                    },
                    cwd=own,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )
            )

    def log(self, name: str) -> str:
        """What a daemon has said."""
        return (self.directory / name / "log").read_text(errors="replace")

    def environment(self) -> dict[str, str]:
        """What programs and daemons need besides."""
        return {**os.environ, "SPARK_HOME": str(spark.home()), "SPARK_LOCAL_IP": "127.0.0.1"}

    def settings(self) -> dict[str, str]:
        """Settings of programs: small executors, whose temporary files are looked at."""
        return {
            "spark.executor.memory": "500m",
            "spark.driver.memory": "500m",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.extraJavaOptions": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
            "spark.executor.extraJavaOptions": f"-Djava.io.tmpdir={self.temporary} "
            "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
        }

    @property
    def temporary(self) -> Path:
        """Where executors' temporary files are."""
        return self.directory / "worker-0" / "tmp"

    def submit(
        self, *arguments: object, master: str | None = None, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run `sluice submit` with this cluster for its master."""
        conf = [word for key, value in self.settings().items() for word in ("--conf", f"{key}={value}")]
        return subprocess.run(
            [sys.executable, "-P", "-m", "sluice.commands.submit", "--master", master or self.master]
            + [*conf, *map(str, arguments)],
            env={**self.environment(), **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=100,
        )

    def pids(self) -> list[int]:
        """The daemons' own processes."""
        return [daemon.pid for daemon in self._daemons]

    def executors(self) -> list[int]:
        """The executors that run."""
        found = [pid for daemon in self.pids() for pid in descendants(daemon) if _is_executor(pid)]
        self._seen.update(map(str, found))
        return found

    def pythons(self) -> list[int]:
        """All processes below executors: zygotes, workers, and what tasks started."""
        return [pid for executor in self.executors() for pid in descendants(executor)]

    def idle(self) -> None:
        """No executor is there, nor a process or file of one that was."""
        eventually(lambda: set(marked(self.mark)) - set(self.pids()), lambda left: not left, seconds=30)
        eventually(self.files, lambda left: not left)

    def files(self) -> list[str]:
        """What executors have left in the temporary directory and in shared memory."""
        shared = [path for path in Path("/dev/shm").glob("sluice-*") if path.name.split("-")[2] in self._seen]
        return [str(path) for path in (*self.temporary.iterdir(), *shared) if path.name.startswith("sluice-")]

    def __exit__(self, *error: object) -> None:
        for daemon in reversed(self._daemons):
            daemon.send_signal(signal.SIGTERM)
        for daemon in self._daemons:
            try:
                daemon.wait(30)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        left = marked(self.mark)
        end(left)
        shutil.rmtree(self.directory, ignore_errors=True)
        assert not left, f"processes outlived the cluster: {left}"


def _is_executor(pid: int) -> bool:
    try:
        return _EXECUTOR in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
