"""When a clinic's nightly pull is due: five fields of cron, read on the clock of the site's wall.

An hour that the wall skips (summer time begins) is due when it would have been; an hour that it shows twice
is due once, the first time. RQ's own reading is of the machine's zone, and loses a time that is skipped where
it starts within that hour.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from croniter import CroniterBadCronError, CroniterBadDateError, croniter

from abstractor.errors import OptionError

__all__ = ["due_after", "due_before", "require_cron"]

# More than any wall clock is ever put forward or back; what is found twice over it is passed over.
_SHIFT = timedelta(hours=3)


def require_cron(cron: str) -> None:
    """`OptionError` where nobody can say when that is: no such hour, or a day that never comes."""
    try:
        croniter(cron, datetime(2026, 1, 1)).get_next(datetime)
    except (CroniterBadCronError, CroniterBadDateError, ValueError):
        raise OptionError(
            'nightly: must be the five fields of cron, such as "30 2 * * *" for half past two each night; '
            "one of them is out of its range, or the day never comes"
        ) from None


def due_after(cron: str, zone: ZoneInfo, moment: datetime) -> datetime:
    """The first time that is later than the moment, in UTC."""
    wall = moment.astimezone(zone).replace(tzinfo=None) - _SHIFT
    return next(due for due in _times(cron, zone, wall, forward=True) if due > moment)


def due_before(cron: str, zone: ZoneInfo, moment: datetime) -> datetime:
    """The last time that is not later than the moment, in UTC."""
    wall = moment.astimezone(zone).replace(tzinfo=None) + _SHIFT
    return next(due for due in _times(cron, zone, wall, forward=False) if due <= moment)


def _times(cron: str, zone: ZoneInfo, wall: datetime, *, forward: bool) -> Iterator[datetime]:
    """What the wall shows, as times that are. Of a time shown twice the first one; `fold` stays 0."""
    steps = croniter(cron, wall)
    step = steps.get_next if forward else steps.get_prev
    while True:
        yield step(datetime).replace(tzinfo=zone).astimezone(UTC)
