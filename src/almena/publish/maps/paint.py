"""Paint maps from plain arrays; the same job gives the same bytes."""

from __future__ import annotations

import io
import multiprocessing
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch, Polygon
from matplotlib.path import Path as Curve
from numpy.typing import NDArray
from PIL import Image

from almena.publish.maps.shapes import (
    CREDIT_MARGIN,
    Drawn,
    MapJob,
    Outline,
    nice_length,
    palette,
)

DPI = 100
COLOURS = 128
TEXT, LABEL, SMALL = 13.0, 11.0, 9.5
NORTH = "N"  # on maps in every language
MOST_LABEL = 1.6  # larger numbers would cover the places that they mark


def painted(jobs: Sequence[MapJob], workers: int = 1) -> Iterable[bytes]:
    """
    Return maps as PNG bytes.

    Parameters
    ----------
    jobs : sequence of MapJob
        What to paint.
    workers : int
        Processes to use; 1 paints in this one.

    Returns
    -------
    iterable of bytes
        The pictures, in the order of the jobs.
    """
    if workers <= 1 or len(jobs) < 2:
        return map(paint, jobs)
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context(method)) as pool:
        return list(pool.map(paint, jobs))


def paint(job: MapJob) -> bytes:
    """Return one map as PNG bytes, without date or software name."""
    width, height = job.size
    figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI, facecolor="white")
    canvas: Any = FigureCanvasAgg(figure)
    axes = _axes(figure, job)
    for layer, drawn in enumerate(
        job.drawn
    ):  # add_patch would walk every vertex to find limits that are set already
        axes.add_artist(_patch(drawn, layer))
    axes.add_artist(PathPatch(_curve(job.mask), facecolor="white", edgecolor="none", zorder=50))
    _city_edge(axes, job)
    _labels(axes, job)
    _scale_bar(figure, job)
    _legend(figure, job)
    figure.text(
        0.012,
        0.012,
        "\n".join(job.credit_lines),
        fontsize=SMALL * job.letters,
        color="#333333",
        va="bottom",
        parse_math=False,
    )
    canvas.draw()
    return _png(np.asarray(canvas.buffer_rgba())[..., :3])


def _png(pixels: NDArray[np.uint8]) -> bytes:
    """Return a picture of few colours: flat maps need no more, and the file is a third of the size."""
    few = Image.fromarray(np.ascontiguousarray(pixels)).quantize(
        COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
    )
    picture = io.BytesIO()
    few.save(picture, format="PNG", compress_level=6)
    return picture.getvalue()


def _axes(figure: Figure, job: MapJob) -> Axes:
    bottom = job.strip / job.size[1]
    axes = figure.add_axes((0.0, bottom, 1.0, 1.0 - bottom))
    west, south, east, north = job.bounds
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect("equal", adjustable="box")
    axes.set_axis_off()
    return axes


def _curve(outline: Outline) -> Curve:
    return Curve(outline.xy, outline.codes) if len(outline.xy) else Curve([(0.0, 0.0)], [Curve.MOVETO])


def _patch(drawn: Drawn, layer: int) -> PathPatch:
    style = drawn.style
    if not drawn.filled:
        return PathPatch(
            _curve(drawn.outline), facecolor="none", edgecolor=style.colour, lw=style.width, zorder=layer
        )
    edge = "#444444" if style.hatch or style.width else "none"
    return PathPatch(
        _curve(drawn.outline),
        facecolor=style.colour,
        edgecolor=edge,
        lw=style.width,
        hatch=style.hatch,
        zorder=layer,
    )


def _city_edge(axes: Axes, job: MapJob) -> None:
    style = palette()["outline"]
    rings = Outline(job.mask.xy[5:], job.mask.codes[5:])
    axes.add_artist(
        PathPatch(_curve(rings), facecolor="none", edgecolor=style.colour, lw=style.width, zorder=51)
    )


def _labels(axes: Axes, job: MapJob) -> None:
    box = {"boxstyle": "circle,pad=0.18", "facecolor": "white", "edgecolor": "#222222", "linewidth": 0.8}
    size = LABEL * min(job.letters, MOST_LABEL)
    for x, y, text in job.labels:
        axes.text(x, y, text, fontsize=size, ha="center", va="center", zorder=60, bbox=box, parse_math=False)


def _scale_bar(figure: Figure, job: MapJob) -> None:
    """Draw the bar in the strip below the map, where nothing lies behind it."""
    west, south, east, north = job.bounds
    width, height = job.size
    per_metre = min(width / (east - west), (height - job.strip) / (north - south)) / width
    length = nice_length(0.2 / per_metre)
    right, y = 0.98, 16 / height
    left = right - length * per_metre
    bar = Line2D(
        [left, right], [y, y], color="#222222", lw=2.5, solid_capstyle="butt", transform=figure.transFigure
    )
    figure.add_artist(bar)
    text = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"  # the same signs in every language
    size = SMALL * job.letters
    figure.text((left + right) / 2, y + 6 / height, text, fontsize=size, ha="center", va="bottom")
    _north(figure, job, left - 18 * job.letters / width)


def _north(figure: Figure, job: MapJob, middle: float) -> None:
    """Draw an arrow with an N beside the bar: the grid of the city's coordinate system points north."""
    width, height = job.size
    tall, broad = 13 * job.letters / height, 6 * job.letters / width
    foot = 8 / height
    tip = [(middle - broad, foot), (middle, foot + tall), (middle + broad, foot), (middle, foot + tall / 4)]
    figure.add_artist(Polygon(tip, closed=True, color="#222222", transform=figure.transFigure))
    top = foot + tall + 2 / height
    figure.text(middle, top, NORTH, fontsize=SMALL * job.letters, ha="center", va="bottom")


def _legend(figure: Figure, job: MapJob) -> None:
    handles = [_key(d) for d in job.legend]
    if not handles:
        return
    above = _credit_height(job) / job.size[1]
    figure.legend(
        handles, [d.legend for d in job.legend], loc="lower left", bbox_to_anchor=(0.0, above),
        ncols=job.legend_columns,
        frameon=False, fontsize=TEXT * job.letters,
        handlelength=2.2, handleheight=1.2, columnspacing=1.5, borderaxespad=0.2,
    )  # fmt: skip


def _credit_height(job: MapJob) -> int:
    return CREDIT_MARGIN // 2 + job.credit_line * len(job.credit_lines)


def _key(drawn: Drawn) -> Patch:
    style = drawn.key or drawn.style
    if drawn.filled:
        return Patch(facecolor=style.colour, edgecolor="#444444", hatch=style.hatch, lw=0.6)
    return Patch(facecolor="none", edgecolor=style.colour, lw=max(style.width, 1.0))
