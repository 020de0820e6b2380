"""How dry a spell was, against the same months of other years: the standardised precipitation index."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc, ndtri

Floats = NDArray[np.float64]
FARTHEST = 3.5
"""Standard deviations beyond which a fit to a few decades says nothing (assumed); the index is cut there."""


def running_sums(values: Floats, length: int) -> Floats:
    """
    Return the sum of each value and those before it; NaN where one of them is missing.

    Parameters
    ----------
    values : ndarray of float, shape (n,)
        One value per step, NaN where missing.
    length : int
        Number of values in each sum.

    Returns
    -------
    ndarray of float, shape (n,)
        Sums, each at its last step.
    """
    sums = np.full(len(values), np.nan)
    if len(values) >= length:
        sums[length - 1 :] = np.convolve(values, np.ones(length), "valid")
    return sums


def run_lengths(flags: NDArray[np.bool_]) -> NDArray[np.int64]:
    """
    Return for each step how many steps in a row, up to and with it, are flagged.

    Parameters
    ----------
    flags : ndarray of bool, shape (n,)
        In order of time.

    Returns
    -------
    ndarray of int, shape (n,)
        0 where the step itself is not flagged.
    """
    count = np.cumsum(flags)
    last_break = np.maximum.accumulate(np.where(flags, 0, count))
    return np.asarray(count - last_break, dtype=np.int64)


def standardised(sums: Floats, reference: Floats) -> Floats:
    """
    Return by how many standard deviations sums of rain differ from those of a reference.

    McKee, Doesken and Kleist (1993), Proceedings of the 8th Conference on Applied Climatology, 179–184; gamma
    distribution by the estimator of Thom (1958), Monthly Weather Review 86, 117–122; sums of zero have a chance of
    their own.

    Parameters
    ----------
    sums : ndarray of float, shape (...)
        Sums of rain over some months, in mm.
    reference : ndarray of float, shape (..., n)
        Sums over the same months of n other years; the last axis is fitted.

    Returns
    -------
    ndarray of float, shape (...)
        Standard deviations, at most 3.5; NaN where the reference holds fewer than two different sums above zero.
    """
    wet = reference > 0
    count = wet.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(wet, reference, 0.0).sum(axis=-1) / count
        logs = np.where(wet, np.log(np.where(wet, reference, 1.0)), 0.0).sum(axis=-1) / count
        gap = np.log(mean) - logs
        shape = (1 + np.sqrt(1 + 4 * gap / 3)) / (4 * gap)
        dry = 1 - count / reference.shape[-1]
        chance = dry + (1 - dry) * gammainc(shape, np.maximum(sums, 0) * shape / mean)
    usable = (count > 1) & (gap > 0) & np.isfinite(sums)
    return np.asarray(np.where(usable, np.clip(ndtri(chance), -FARTHEST, FARTHEST), np.nan), dtype=float)
