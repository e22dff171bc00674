"""Rules and contexts nobody would think of, for as long as you like: `python tests/fuzz/fuzz_rules.py --minutes 10`.

Guided by coverage where atheris is installed (`pip install atheris`), else at random; `--engine` chooses. Whatever
breaks a promise is printed once with the bytes that make it: `--again HEX` tries those alone.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import FrameType
from typing import Final, Protocol, cast

HANG: Final = 120
"""Seconds of processor time after which one example counts as a hang."""
LENGTHS: Final = (20, 80, 300, 1_000)
"""How many bytes examples start from."""


class Atheris(Protocol):
    """What is used of atheris, which has no types."""

    def instrument_imports(self, *, include: list[str]) -> AbstractContextManager[None]: ...
    def Setup(self, argv: list[str], target: Callable[[bytes], None]) -> object: ...  # noqa: N802
    def Fuzz(self) -> None: ...  # noqa: N802


class Session:
    """Examples tried, and what broke: each break once, by the place it came from."""

    def __init__(self, judge: Callable[[bytes], None], *, examples: int | None, seconds: float) -> None:
        self.judge, self.examples, self.ends = judge, examples, time.monotonic() + seconds
        self.tried = 0
        self.broken: dict[str, bytes] = {}
        self.longest = (0.0, b"")
        self.started = time.monotonic()

    @property
    def over(self) -> bool:
        """Tell whether that was enough."""
        return time.monotonic() > self.ends or (self.examples is not None and self.tried >= self.examples)

    def attempt(self, data: bytes) -> None:
        """Try one example."""
        self.tried += 1
        start = time.process_time()
        signal.setitimer(signal.ITIMER_VIRTUAL, HANG)
        try:
            self.judge(data)
        except Exception as error:
            self.note(error, data)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        self.longest = max(self.longest, (time.process_time() - start, data))

    def note(self, error: BaseException, data: bytes) -> None:
        """Print a break that is new."""
        frames = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in frames if "mitate" in frame.filename or "judge" in frame.filename]
        where = f"{type(error).__name__} at {ours[-1].name}:{ours[-1].lineno}" if ours else repr(error)
        if where not in self.broken:
            self.broken[where] = data
            print(
                f"\n== {where}\n{''.join(traceback.format_exception(error))[-3_000:]}--again {data.hex()}", flush=True
            )

    def report(self) -> int:
        """Print what was done; gives the exit code."""
        from judge import slowest

        took = time.monotonic() - self.started
        print(
            f"{self.tried:,} examples in {took:.0f} s, {len(self.broken)} kinds of breaks: {', '.join(self.broken) or 'none'}"
        )
        print("slowest, s of processor time: " + ", ".join(f"{what} {taken:.2f}" for what, taken in slowest.items()))
        print(f"the longest example took {self.longest[0]:.2f} s: --again {self.longest[1].hex()[:400]}", flush=True)
        return 1 if self.broken else 0


def _hang(number: int, frame: FrameType | None) -> None:
    raise TimeoutError(f"one example took more than {HANG} s")


def at_random(session: Session, seed: int) -> int:
    """Try bytes by chance; gives the exit code."""
    chance = random.Random(seed)
    while not session.over:
        session.attempt(chance.randbytes(chance.choice(LENGTHS)))
    return session.report()


def guided(session: Session, atheris: Atheris, seed: int) -> None:
    """Try bytes that reach new lines. Ends the process."""

    def target(data: bytes) -> None:
        session.attempt(data)
        if session.over:
            code = session.report()
            sys.stdout.flush()
            os._exit(code)

    with tempfile.TemporaryDirectory() as corpus:
        chance = random.Random(seed)
        for number in range(200):
            Path(corpus, str(number)).write_bytes(chance.randbytes(chance.choice(LENGTHS)))
        options = [f"-seed={seed}", f"-max_len={max(LENGTHS)}", "-len_control=0", "-verbosity=0", "-timeout=9999"]
        options += ["-report_slow_units=9999", f"-artifact_prefix={corpus}/"]
        atheris.Setup([sys.argv[0], *options, corpus], target)
        atheris.Fuzz()


def main(argv: list[str] | None = None) -> int:
    """Run; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--examples", type=int, help="stop after so many")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", choices=("atheris", "random"), help="default: atheris where it is installed")
    parser.add_argument("--again", metavar="HEX", help="try one example, and let it raise")
    given = parser.parse_args(argv)
    signal.signal(signal.SIGVTALRM, _hang)
    engine = given.engine or ("atheris" if importlib.util.find_spec("atheris") else "random")
    atheris = cast(Atheris, importlib.import_module("atheris")) if engine == "atheris" and not given.again else None
    with atheris.instrument_imports(include=["mitate_rules"]) if atheris is not None else nullcontext():
        judge = cast("Callable[[bytes], None]", importlib.import_module("judge").judge)
    if given.again:
        judge(bytes.fromhex(given.again))
        return 0
    session = Session(judge, examples=given.examples, seconds=given.minutes * 60)
    print(f"engine: {engine}, seed {given.seed}", flush=True)
    if atheris is not None:
        guided(session, atheris, given.seed)
    return at_random(session, given.seed)


if __name__ == "__main__":
    sys.exit(main())
