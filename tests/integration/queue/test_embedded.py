"""The embedded queue: found by all who work on the same data folder, by nobody else."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from redis import Redis

from abstractor.errors import QueueError
from abstractor.jobs import embedded_server, open_queue, socket_of


def connected(url: str) -> "Redis":
    return open_queue(url, retry_delays=(1,)).connection


def test_it_listens_on_its_socket_only(queue_folder: Path) -> None:
    with embedded_server(queue_folder) as url:
        queue = open_queue(url, retry_delays=(1,))
        queue.ping()
        assert queue.connection.config_get("port") == {"port": "0"}
        place = socket_of(queue_folder)
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
    with pytest.raises(QueueError, match="is Redis or Valkey running"):
        queue.ping()


def test_its_jobs_outlive_it(queue_folder: Path) -> None:
    with embedded_server(queue_folder) as url:
        open_queue(url, retry_delays=(1,)).send("pull", [1, 2], job_id="kept")
    with embedded_server(queue_folder) as url:
        assert open_queue(url, retry_delays=(1,)).carried() == {"kept"}


def test_a_second_process_uses_the_server_of_the_first(queue_folder: Path) -> None:
    with embedded_server(queue_folder) as first:
        with embedded_server(queue_folder) as second:
            assert second == first
            connected(second).set("seen", "yes")
        assert connected(first).get("seen") == b"yes"


USER = """
import pathlib, sys
from abstractor.jobs import embedded_server
with embedded_server(pathlib.Path(sys.argv[1])):
    print("up", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def another_user(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """A process that uses the folder's server until it is killed or gets a line."""
    words = [sys.executable, "-c", USER, str(folder)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == "up\n"
        yield started


@pytest.mark.parametrize("killed", [False, True], ids=["it ends", "it is killed"])
def test_the_server_goes_on_when_the_process_that_started_it_is_gone(
    queue_folder: Path, killed: bool
) -> None:
    with another_user(queue_folder) as first:
        (server,) = psutil.Process(first.pid).children()
        with embedded_server(queue_folder) as url:
            connected(url).set("seen", "yes")
            if killed:
                first.kill()
            else:
                first.communicate("end\n", timeout=20)
            first.wait(20)
            assert connected(url).get("seen") == b"yes"
            assert int(connected(url).info("server")["process_id"]) == server.pid
    _, alive = psutil.wait_procs([server], timeout=5)
    assert not alive, "the last of its users stops it"


def test_a_server_that_was_killed_is_started_again_by_the_next_user(queue_folder: Path) -> None:
    with another_user(queue_folder) as first:
        (server,) = psutil.Process(first.pid).children()
        server.kill()
        with embedded_server(queue_folder) as url:
            open_queue(url, retry_delays=(1,)).ping()
            first.communicate("end\n", timeout=20)
            assert first.returncode == 0
            open_queue(url, retry_delays=(1,)).ping()


def test_a_server_left_behind_by_a_killed_process_is_replaced(queue_folder: Path) -> None:
    with another_user(queue_folder) as started:
        left_behind = psutil.Process(started.pid).children()
        started.kill()
    assert [each.is_running() for each in left_behind] == [True]
    with embedded_server(queue_folder) as url:
        open_queue(url, retry_delays=(1,)).ping()
        _, alive = psutil.wait_procs(left_behind, timeout=5)
        assert not alive


def test_ctrl_c_in_the_terminal_does_not_reach_it(queue_folder: Path) -> None:
    with embedded_server(queue_folder) as url:
        server = int(connected(url).info("server")["process_id"])
        os.kill(server, signal.SIGINT)
        time.sleep(0.3)
        open_queue(url, retry_delays=(1,)).ping()


def test_a_folder_with_a_long_name_gets_a_short_socket(queue_folder: Path) -> None:
    deep = queue_folder / ("long" * 15) / ("longer" * 15)
    deep.mkdir(parents=True)
    assert len(os.fsencode(socket_of(deep))) <= 107
    assert socket_of(deep) != socket_of(deep.parent)
    with embedded_server(deep) as url:
        open_queue(url, retry_delays=(1,)).ping()
    assert (deep / "queue").is_dir()


@pytest.mark.parametrize("url", ["nonsense://x", "not a url"])
def test_a_url_that_cannot_be_read_is_told(url: str) -> None:
    with pytest.raises(QueueError, match="redis://"):
        open_queue(url, retry_delays=(1,))


def test_a_job_carries_numbers_only(queue_url: str) -> None:
    queue = open_queue(queue_url, retry_delays=(1,))
    queue.send("pull", [3, 4], job_id="one")
    held = queue.connection.hgetall("rq:job:one")
    data = held[b"data"]
    assert isinstance(data, bytes)
    function, _, arguments, keywords = json.loads(zlib.decompress(data))
    assert (function, arguments, keywords) == ("worker.tasks.pull_charts", [[3, 4]], {})
    assert held[b"description"] == b"pull of 2 charts"
    assert held[b"result_ttl"] == b"0"
