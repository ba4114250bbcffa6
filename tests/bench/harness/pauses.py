"""Pauses of two programs that were asked at the same time, as isns_load notes them: which are one's own.

The machine pauses, too: whole processors stand still for up to 40 ms on a busy virtual one, whoever runs on them and
however far in front he stands. Then both programs pause at once. So a pause counts by what is left of it without the time in
which the other one paused as well. Times are milliseconds.
"""


def pauses_of(result):
    """(begin, end) of each in a result of isns_load."""
    ends = [us / 1000 for us in result["pauses_us"]]
    return list(zip(ends[::2], ends[1::2], strict=True))


def longer(pauses, limit):
    """How many."""
    return sum(end - begin > limit for begin, end in pauses)


def own(pauses, others, limit):
    """How many are longer than the limit without what the other one's pauses (which do not overlap) cover of them."""
    def rest(begin, end):
        return end - begin - sum(max(0.0, min(end, until) - max(begin, since)) for since, until in others)
    return sum(rest(*pause) > limit for pause in pauses)
