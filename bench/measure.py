# SPDX-License-Identifier: GPL-3.0-or-later
"""Running Thalweg and its peers in turns, on one clock.

Only the standard library: the kernel charges what this process holds to every child that it starts,
and the peak memory of a run is one of the things to be measured.
"""
import glob
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile

STAGE = re.compile(r"^(data|reduce|train|plane|grid|write) +([0-9.]+) s\b", re.M)


class Failure(Exception):
    """A command that did not do what the benchmark needs."""


def cpus():
    return len(os.sched_getaffinity(0))


def thread_counts():
    return sorted({1, min(2, cpus()), cpus()})


def peer_threads():
    """What a peer may take for itself and for its BLAS: they get into each other's way, or do not."""
    return sorted({(own, blas) for blas in thread_counts() for own in (1, blas)})


class Series:
    """The seconds of one side, repetition by repetition."""

    def __init__(self, values=()):
        self.values = list(values)

    @property
    def median(self):
        return statistics.median(self.values)

    @property
    def best(self):
        return min(self.values)

    def scaled(self, factor):
        return Series(v * factor for v in self.values)


class Run:
    """What a finished `thalweg run` said: seconds of its stages, its summary, its peak memory."""

    def __init__(self, folder, text, summary, usage):
        self.folder, self.summary, self.log = folder, summary, text
        self.stages = {name: float(seconds) for name, seconds in STAGE.findall(text)}
        self.peak_mb = usage.ru_maxrss / 1024

    def seconds(self, stage):
        if stage not in self.stages:
            raise Failure(f"thalweg run said nothing of the stage {stage}:\n{self.log}")
        return self.stages[stage]

    def csv(self):
        return os.path.join(self.folder, "grid.csv")


class Peer:
    """A program of peers/ that waits for requests. It gets the BLAS kernels that Thalweg takes."""

    def __init__(self, lab, script, *args):
        self.script = script
        command = [sys.executable, os.path.join(lab.here, "peers", script), *args]
        self.process = subprocess.Popen(
            command,
            cwd=lab.work,
            env=lab.peer_env,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def ask(self, **request):
        try:
            print(json.dumps(request), file=self.process.stdin, flush=True)
            answer = self.process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            raise Failure(f"peers/{self.script} ended at {request}")
        return json.loads(answer)

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    def close(self):
        self.process.stdout.close()
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass  # it has ended already
        self.process.wait()


class Lab:
    """The folders, the programs, and how long is long enough."""

    def __init__(self, source, build, mode):
        self.here, self.source, self.build = os.path.join(source, "bench"), source, build
        self.work = os.path.join(build, "bench", "scratch")
        self.quick, self.long = mode == "quick", mode == "long"
        self.repetitions = 2 if self.quick else 5
        self.cpus = cpus()
        self.peers, self.versions, self.peer_blas = [], set(), set()
        self.raw = []  # (what, Series), of the case at hand
        self.peer_env = {
            k: v
            for k, v in os.environ.items()
            if not re.match(r"(OMP|GOMP|MKL)_|OPENBLAS_(NUM|MAIN|DEFAULT_NUM)", k)
        }
        os.makedirs(self.work, exist_ok=True)
        for pipeline in glob.glob(os.path.join(self.here, "*.yaml")):
            shutil.copy(pipeline, self.work)
        self.blas = self.sgemm(1)
        if self.blas["blas"].startswith("OpenBLAS"):
            self.peer_env.setdefault("OPENBLAS_CORETYPE", self.blas["kernels"])

    # ---- programs ----------------------------------------------------------------------------

    def sgemm(self, threads):
        program = os.path.join(self.build, "bench", "sgemm")
        return json.loads(subprocess.check_output([program, str(threads)], text=True))

    def renders(self):
        return os.path.exists(os.path.join(self.build, "bench", "render"))

    def render(self, side, what):
        """Seconds to prepare and to draw."""
        program = os.path.join(self.build, "bench", "render")
        command = [program, str(side), what, str(self.cpus)]
        answer = json.loads(subprocess.check_output(command, text=True))
        return answer["prepare"], answer["draw"]

    def prepare(self, *args, makes):
        """Make files with peers/prepare.py unless they are there and newer than it is."""
        script = os.path.join(self.here, "peers", "prepare.py")
        newest = os.path.getmtime(script)
        files = [os.path.join(self.work, name) for name in makes]
        if all(os.path.exists(f) and os.path.getmtime(f) > newest for f in files):
            return
        command = [sys.executable, script, *map(str, args)]
        if subprocess.call(command, cwd=self.work, env=self.peer_env) != 0:
            raise Failure(f"peers/prepare.py {' '.join(map(str, args))}")

    def mnist(self):
        files = ["x.npy", "y.npy", "test-x.npy", "test-y.npy"]
        self.prepare("mnist", os.environ["THALWEG_DATA_DIR"], makes=files)
        return files

    def thalweg(self, pipeline, *sets, jobs=None, name=None):
        """`thalweg run` of a pipeline in the folder of the benchmark, or anywhere."""
        path = os.path.join(self.work, pipeline)
        folder = os.path.join(self.work, "out", name or os.path.basename(pipeline))
        command = ["thalweg", "run", path, "-o", folder]
        command += ["-j", str(jobs)] if jobs else []
        for value in sets:
            command += ["--set", value]
        with tempfile.TemporaryFile("w+") as err, tempfile.TemporaryFile("w+") as out:
            process = subprocess.Popen(command, stdout=out, stderr=err)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            err.seek(0)
            out.seek(0)
            log, summary = err.read(), out.read()
        if process.returncode != 0:
            raise Failure(f"{' '.join(command)}\n{log}")
        return Run(folder, log, summary, usage)

    def peer(self, script, *args):
        peer = Peer(self, script, *args)
        self.peers.append(peer)
        about = peer.ask(do="about")
        self.versions.update(about["versions"].split(", "))
        self.peer_blas.update(about["blas"])
        return peer

    def close_peers(self):
        while self.peers:
            self.peers.pop().close()

    # ---- measuring ---------------------------------------------------------------------------

    def alternate(self, repetitions=None, **sides):
        """A B A B ...: each side is a function that returns seconds; the first turn does not
        count. Returns a Series for each."""
        series = [Series() for _ in sides]
        for turn in range(1 + (repetitions or self.repetitions)):
            for side, values in zip(sides.values(), series):
                seconds = side()
                if turn > 0:
                    values.values.append(seconds)
        self.raw += [(name.replace("_", " "), s) for name, s in zip(sides, series)]
        return series

    def fastest(self, variants, seconds_of):
        """The fastest of some variants and its seconds: the better of two trials each; the second
        is left out where the first was hopeless."""
        best = float("inf"), None
        seconds_of(variants[0])  # the first of all pays for what happens once
        for variant in variants:
            seconds = seconds_of(variant)
            if seconds < 1.5 * best[0]:
                seconds = min(seconds, seconds_of(variant))
            if seconds < best[0]:
                best = seconds, variant
        return best


class Neighbours:
    """How busy others kept the machine between start and stop, as a share of all processors."""

    def __init__(self, lab):
        self.lab = lab
        self.begun = self.sample()

    def sample(self):
        with open("/proc/stat") as file:
            ticks = [int(t) for t in file.readline().split()[1:9]]
        tick = os.sysconf("SC_CLK_TCK")
        ours = sum(p.cpu_seconds() for p in self.lab.peers)
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
            usage = resource.getrusage(who)
            ours += usage.ru_utime + usage.ru_stime
        idle = ticks[3] + ticks[4]
        return (sum(ticks) - idle) / tick - ours, sum(ticks) / tick

    def share(self):
        """Call it before the peers are closed."""
        busy, total = (now - then for now, then in zip(self.sample(), self.begun))
        return max(0.0, busy / total) if total > 0 else 0.0
