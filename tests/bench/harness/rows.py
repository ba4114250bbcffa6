"""One line of the table: a figure, its target, and whether it was met."""

import dataclasses
import operator
import statistics

COMPARE = {"at least": operator.ge, "at most": operator.le, "below": operator.lt}


@dataclasses.dataclass
class Row:
    figure: str  # what was measured, in words
    values: list  # one a round
    unit: str  # "of the floor", "times", "s", "KiB"
    compare: str  # a key of COMPARE
    target: float | None  # None: there is no bar
    peer: str = ""  # the same of others in the same run, in words
    note: str = ""
    skipped: str = ""  # why there are no values
    floor: float | None = None  # what the bare program itself makes of this figure, where that can miss the bar

    @property
    def value(self):
        return statistics.median(self.values) if self.values else None

    @property
    def met(self):
        """None: nobody can say."""
        if not self.values or self.target is None:
            return None
        return COMPARE[self.compare](self.value, self.target)

    @property
    def beyond_floor(self):
        """The bar was missed, and the bare program misses it on this machine, too."""
        return self.met is False and self.floor is not None and not COMPARE[self.compare](self.floor, self.target)

    def as_json(self):
        return {**dataclasses.asdict(self), "value": self.value, "met": self.met}

    @classmethod
    def from_json(cls, row):
        return cls(**{field.name: row[field.name] for field in dataclasses.fields(cls) if field.name in row})


def ratios(above, below):
    """Pairwise, round by round: what changes between rounds changes both."""
    return [a / b for a, b in zip(above, below, strict=True)]


def text(value):
    """Two to three digits that mean something."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if value >= 0.1 else f"{value:.2g}"
