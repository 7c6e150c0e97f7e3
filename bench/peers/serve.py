# SPDX-License-Identifier: GPL-3.0-or-later
"""What the peers have in common: they load their data once, then answer requests.

A request is a line of JSON on standard input, {"do": NAME, ...}; the answer, a line of JSON on
standard output, is what the function of that name returns. So the timings hold neither the start
of Python nor the reading of files.
"""
import json
import signal
import sys
import time

import threadpoolctl


def set_threads(n, blas):
    """n threads for what the peer parallelises itself, `blas` for its BLAS."""
    threadpoolctl.threadpool_limits(n)
    threadpoolctl.threadpool_limits(blas, user_api="blas")
    torch = sys.modules.get("torch")
    if torch:
        torch.set_num_threads(n)


def libraries():
    """The BLAS that is loaded, with its kernels."""
    return [
        f"{p['internal_api']} {p['version']} {p.get('architecture', '')}".strip()
        for p in threadpoolctl.threadpool_info()
        if p["user_api"] == "blas"
    ]


def timed(function, *args):
    """Seconds that a call took, and what it returned."""
    begun = time.perf_counter()
    result = function(*args)
    return time.perf_counter() - begun, result


def serve(functions):
    """Answer until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asks decides when it ends
    for line in sys.stdin:
        request = json.loads(line)
        threads = request.pop("threads", None)
        blas = request.pop("blas", threads)
        if threads:
            set_threads(threads, blas)
        answer = functions[request.pop("do")](**request)
        print(json.dumps(answer), flush=True)
