from __future__ import annotations

import os
import socket

from icma_crawler.system.processes import describe_process, is_running, is_same_host, this_process


def test_this_process_runs_here():
    me = this_process()
    assert is_same_host(me)
    assert is_running(me)
    assert describe_process(me) == f"process {os.getpid()} on {socket.gethostname()}"


def test_a_process_id_that_is_used_again_is_another_process():
    host, pid, started = this_process().rsplit(":", 2)
    assert not is_running(f"{host}:{pid}:{int(started) + 1}")


def test_an_unused_process_id_is_of_no_process():
    assert not is_running(f"{socket.gethostname()}:4194305:1")


def test_a_host_may_have_colons_in_its_name():
    assert describe_process("fe80::1:12:345") == "process 12 on fe80::1"
    assert not is_same_host("fe80::1:12:345")
