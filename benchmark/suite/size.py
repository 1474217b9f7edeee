"""How large a run is: `full` is what docs/benchmarks.md shows, `tiny` only shows that the benchmarks run."""

import dataclasses
import typing


@dataclasses.dataclass(frozen=True)
class Shape:
    """Items, training users and ratings of a user, as in a subset of the study (docs/study.md)."""

    items: int
    all_users: int
    ratings: int

    @property
    def per_user(self):
        return round(self.ratings / self.all_users, 1)


@dataclasses.dataclass(frozen=True)
class Size:
    name: str
    shapes: typing.Tuple[Shape, ...]  # the study's three subsets
    whole: Shape  # all of MovieLens 25M
    scaling_items: typing.Tuple[int, ...]
    batches: typing.Tuple[int, ...]
    users: int  # in memory, while steps are timed
    rounds: int
    round_seconds: float
    scale: float  # of the twin
    twin: str  # its folder
    profile_steps: int
    sweep_megabytes: int
    epochs: int  # of a whole training


SIZES = {
    size.name: size
    for size in (
        Size(
            "full",
            (Shape(2821, 77048, 565530), Shape(6271, 102319, 1288730), Shape(10691, 136921, 2737837)),
            Shape(59047, 162541, 25000095),
            (1000, 2821, 6271, 10691, 20000, 40000, 59047),
            (64, 256, 1024),
            6400,
            7,
            0.5,
            1,
            "ml-25m",
            200,
            512,
            20,
        ),
        Size(
            "tiny",
            (Shape(300, 640, 4000),),
            Shape(500, 640, 8000),
            (200, 300),
            (16, 64),
            640,
            2,
            0.01,
            0.01,
            "ml-25m-0.01",
            3,
            8,
            2,
        ),
    )
}
