"""The quantiles and the two general intervals that the estimates share."""

from functools import lru_cache
from math import atan, cos, exp, lgamma, pi, sin, sqrt
from statistics import NormalDist

from abstractor.workflow.agreement.ratings import Estimate, Interval, Measured, Method, Undefined, Why

__all__ = ["NO_SPREAD", "normal_quantile", "proportion", "student_quantile", "t_interval", "wilson"]

# Below this a standard error is the rounding of one that is zero.
NO_SPREAD = 1e-12
# From here on Fisher's expansion is exact to more places than the sum of as many terms.
_MANY = 1000


def normal_quantile(level: float) -> float:
    """How many standard errors to either side hold `level` of a normal distribution: 1.959964 for 0.95."""
    return NormalDist().inv_cdf((1 + level) / 2)


@lru_cache(maxsize=4096)
def student_quantile(level: float, *, freedom: int) -> float:
    """The same of Student's t, by Newton's steps on its distribution function for whole degrees of freedom.

    Abramowitz & Stegun, Handbook of Mathematical Functions (1964), 26.7.3 and 26.7.4; where they are many,
    26.7.5. The first step starts below the quantile, where the function is concave, so that no step goes past
    it.
    """
    if freedom >= _MANY:
        z = normal_quantile(level)
        first = (z**3 + z) / 4
        second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
        third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
        return z + first / freedom + second / freedom**2 + third / freedom**3
    scale = exp(lgamma((freedom + 1) / 2) - lgamma(freedom / 2)) / sqrt(freedom * pi)
    reached = normal_quantile(level)
    for _ in range(200):
        density = 2 * scale * (1 + reached * reached / freedom) ** (-(freedom + 1) / 2)
        step = (level - _held(reached, freedom=freedom)) / density
        reached += step
        if abs(step) < 1e-12 * reached:
            break
    return reached


def _held(reached: float, *, freedom: int) -> float:
    """How much of Student's t lies within `reached` to either side of zero."""
    angle = atan(reached / sqrt(freedom))
    square = cos(angle) ** 2
    odd = freedom % 2
    term, total = (cos(angle), 0.0) if odd else (1.0, 0.0)
    if freedom > 1:
        total = term
        for place in range(2 + odd, freedom - 1, 2):
            term *= square * (place - 1) / place
            total += term
    return 2 / pi * (angle + sin(angle) * total) if odd else sin(angle) * total


def t_interval(
    value: float, *, error: float, charts: int, level: float, method: Method = Method.LINEARISED
) -> Interval | Undefined:
    """Value and standard error to an interval by Student's t with one degree of freedom less than charts.

    Gwet, Handbook of Inter-Rater Reliability, 4th ed. (2014), who also ends it at 1; we end it at
    -1 too, or at a value below.
    """
    if charts < 2:
        return Undefined(Why.ONE_CHART)
    if error < NO_SPREAD:
        return Undefined(Why.NO_SPREAD)
    reach = student_quantile(level, freedom=charts - 1) * error
    floor = min(-1.0, value)
    return Interval(max(floor, value - reach), min(1.0, value + reach), level, method)


def wilson(share: float, *, trials: float, level: float) -> Interval:
    """Wilson's score interval. Wilson, J Am Stat Assoc 1927;22:209-212.

    Audits have few charts and shares near 0 or 1, where Wald's interval has no width or leaves 0..1, and
    Clopper-Pearson's is too wide: Brown, Cai & DasGupta, Stat Sci 2001;16:101-133; Newcombe, Stat Med
    1998;17:857-872.
    """
    z = normal_quantile(level)
    spread = z * z / trials
    middle = (share + spread / 2) / (1 + spread)
    reach = z * sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    # At the ends the limit is exactly 0 or 1; subtraction would leave a rounding of it.
    low = 0.0 if share == 0 else max(0.0, middle - reach)
    high = 1.0 if share == 1 else min(1.0, middle + reach)
    return Interval(low, high, level, Method.WILSON)


def proportion(successes: int, *, trials: int, level: float) -> Measured:
    """So many of so many, with Wilson's interval."""
    if trials == 0:
        return Undefined(Why.NOTHING_COUNTED)
    share = successes / trials
    return Estimate(share, wilson(share, trials=trials, level=level), trials)
