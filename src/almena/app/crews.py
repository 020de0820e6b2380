"""Who does the work of a batch: processes of this machine, or the workers of a Dask cluster."""

from __future__ import annotations

import multiprocessing
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Any

from almena.model.problem import InputError, Problem

Work = Callable[..., dict[str, Any]]
Answer = tuple[int, dict[str, Any] | None, str]
"""Number of the task; its answer, or None; why there is none."""

ATTEMPTS = 2  # a city at work when its process died is tried once more, alone


class Crew(ABC):
    """Workers that take tasks and answer in the order in which they finish."""

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @abstractmethod
    def each(self, work: Work, tasks: Sequence[tuple[Any, ...]]) -> Iterator[Answer]:
        """
        Do the same work on each task.

        Parameters
        ----------
        work : callable
            A function that other processes can import.
        tasks : sequence of tuple
            Its arguments.

        Yields
        ------
        tuple
            As `Answer`, once for each task.
        """

    def close(self) -> None:  # noqa: B027 - not every crew has anything to close
        """Send the workers home."""


class Processes(Crew):
    """
    Processes of this machine; one that dies takes only its own city with it.

    Parameters
    ----------
    jobs : int
        How many at a time.
    """

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs

    def each(self, work: Work, tasks: Sequence[tuple[Any, ...]]) -> Iterator[Answer]:
        """Do the same work on each task; those whose process died are done again one by one."""
        suspects: list[int] = []
        waiting = list(range(len(tasks)))
        while waiting:
            answered = yield from self._shift(work, tasks, waiting, suspects)
            waiting = [n for n in waiting if n not in answered and n not in suspects]
        for number in suspects:
            yield from self._alone(work, tasks, number)

    def _shift(
        self, work: Work, tasks: Sequence[tuple[Any, ...]], waiting: Sequence[int], suspects: list[int]
    ) -> Generator[Answer, None, set[int]]:
        """Work until all is done or the pool breaks; what was under way then is suspect."""
        answered: set[int] = set()
        queue = list(waiting)
        with self._pool(self.jobs) as pool:
            under_way: dict[Future[dict[str, Any]], int] = {}
            while queue or under_way:
                while queue and len(under_way) < self.jobs:
                    number = queue.pop(0)
                    under_way[pool.submit(work, *tasks[number])] = number
                finished, _ = wait(under_way, return_when=FIRST_COMPLETED)
                broken = False
                for future in finished:
                    number = under_way.pop(future)
                    if isinstance(future.exception(), BrokenProcessPool):
                        suspects.append(number)
                        broken = True
                        continue
                    answered.add(number)
                    yield number, *_outcome(future)
                if broken:
                    suspects += sorted(under_way.values())
                    return answered
        return answered

    def _alone(self, work: Work, tasks: Sequence[tuple[Any, ...]], number: int) -> Iterator[Answer]:
        for _ in range(ATTEMPTS - 1):
            with self._pool(1) as pool:
                future = pool.submit(work, *tasks[number])
                wait([future])
                if not isinstance(future.exception(), BrokenProcessPool):
                    yield number, *_outcome(future)
                    return
        yield number, None, "the process that worked on it died twice, perhaps for want of memory"

    def _pool(self, workers: int) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


def _outcome(future: Future[dict[str, Any]]) -> tuple[dict[str, Any] | None, str]:
    error = future.exception()
    return (future.result(), "") if error is None else (None, f"{type(error).__name__}: {error}")


class DaskWorkers(Crew):
    """
    Workers of a Dask cluster; all of them must see the same folders under the same names.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://10.0.0.5:8786``.

    Raises
    ------
    InputError
        When Dask is not installed or the scheduler does not answer.
    """

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
        except ModuleNotFoundError as error:
            remedy = "Install it with: pip install 'almena[dask]'; or leave --scheduler out."
            raise InputError(Problem("Dask is not installed", "--scheduler", str(error), remedy)) from error
        try:
            self.client: Any = Client(address, timeout=10, set_as_default=False)  # type: ignore[no-untyped-call]
        except (OSError, ValueError) as error:
            remedy = "Check the address; start one with `dask scheduler`."
            raise InputError(
                Problem("The Dask scheduler does not answer", address, str(error), remedy)
            ) from error

    def each(self, work: Work, tasks: Sequence[tuple[Any, ...]]) -> Iterator[Answer]:
        """Do the same work on each task; Dask hands the task of a worker that died to another."""
        from distributed import as_completed

        futures = {
            self.client.submit(work, *task, key=f"almena-city-{n}-{abs(hash(task))}", pure=False): n
            for n, task in enumerate(tasks)
        }
        for future in as_completed(list(futures), loop=self.client.loop, raise_errors=False):  # type: ignore[no-untyped-call]
            error = future.exception()
            answer = None if error is not None else future.result()
            yield futures[future], answer, "" if error is None else f"{type(error).__name__}: {error}"

    def close(self) -> None:
        """Leave the cluster."""
        self.client.close()


def crew_of(scheduler: str, jobs: int) -> Crew:
    """Return the workers of a cluster when an address is given, else processes of this machine."""
    return DaskWorkers(scheduler) if scheduler else Processes(jobs)
