"""From sums to figures, by the formulas of Moodle's "Quiz statistics calculations".

https://docs.moodle.org/dev/Quiz_statistics_calculations has the names used here: S attempts, x the mark of
a question, T the total of an attempt, X = T - x the rest of it, V and C variance and covariance over S - 1.
Marks are shares of an attempt's points, so that attempts that drew other questions, or took another
version, can stand beside each other; with the same questions for everybody this changes no figure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from learn.quizzes.analysis.collecting import QuestionSums, Sums
from learn.quizzes.analysis.sums import NOISE, Moments


def median(scores: Sequence[float]) -> float | None:
    """Return the middle of sorted scores, or the mean of the two in the middle ("Median score")."""
    count = len(scores)
    if not count:
        return None
    half = count // 2
    return scores[half] if count % 2 else (scores[half - 1] + scores[half]) / 2


def shape_of_scores(
    scores: Sequence[float], mean: float
) -> tuple[float | None, float | None, float | None]:
    """Return standard deviation, skewness and kurtosis ("Standard deviation", "Skewness and kurtosis").

    With m2, m3, m4 the central moments: k2 = S m2 / (S - 1), k3 = S^2 m3 / ((S - 1)(S - 2)),
    k4 = S^2 ((S + 1) m4 - 3 (S - 1) m2^2) / ((S - 1)(S - 2)(S - 3)); the deviation is sqrt(k2), skewness
    k3 / k2^(3/2), kurtosis k4 / k2^2. They need 2, 3 and 4 scores, the last two some spread.
    """
    s = len(scores)
    if s < 2:
        return None, None, None
    m2 = math.fsum((score - mean) ** 2 for score in scores) / s
    k2 = s * m2 / (s - 1)
    if k2 <= NOISE:
        return 0.0, None, None
    skewness = kurtosis = None
    if s > 2:
        m3 = math.fsum((score - mean) ** 3 for score in scores) / s
        skewness = s * s * m3 / ((s - 1) * (s - 2)) / k2**1.5
    if s > 3:
        m4 = math.fsum((score - mean) ** 4 for score in scores) / s
        k4 = s * s * ((s + 1) * m4 - 3 * (s - 1) * m2 * m2) / ((s - 1) * (s - 2) * (s - 3))
        kurtosis = k4 / k2**2
    return math.sqrt(k2), skewness, kurtosis


def consistency(positions: Sequence[Moments], total: Moments) -> float | None:
    """Return the coefficient of internal consistency, which is Cronbach's alpha.

    P / (P - 1) * (1 - (sum of V(x_p) over the P positions) / V(T)); None with one position or no spread.
    A position is a question, or where questions are drawn the n-th of an attempt.
    """
    p, variance = len(positions), total.variance
    if p < 2 or not variance:
        return None
    return p / (p - 1) * (1 - math.fsum(each.variance or 0.0 for each in positions) / variance)


def error_ratio(alpha: float | None) -> float | None:
    """Return the error ratio: sqrt(1 - alpha), the share of the spread that is chance."""
    return None if alpha is None else math.sqrt(max(0.0, 1 - alpha))


def standard_error(alpha: float | None, total: Moments) -> float | None:
    """Return the standard error: error ratio times the deviation of T, in shares of the points."""
    ratio, deviation = error_ratio(alpha), total.deviation
    return None if ratio is None or deviation is None else ratio * deviation


def efficiency(sums: QuestionSums) -> float | None:
    """Return the discriminative efficiency: C(x, X) / Cmax(x, X).

    Cmax is the covariance when both marks and rests are sorted, and so the largest that they allow; with
    few attempts the quotient can lie below -1.
    """
    pairs = sums.credit_rest
    if not pairs.first.variance or not pairs.second.variance or pairs.covariance is None:
        return None
    rests, start, products = sorted(sums.rests), 0, []
    mean_credit, mean_rest = pairs.first.mean, pairs.second.mean
    for credit, count in sorted(sums.credits.items()):
        there = math.fsum(rest - mean_rest for rest in rests[start : start + count])
        products.append((credit - mean_credit) * there)
        start += count
    most = math.fsum(products) / (len(rests) - 1)
    return min(1.0, pairs.covariance / most) if most > NOISE else None


def effective_weights(sums: Sums) -> Mapping[str, float | None]:
    """Return the effective weights: sqrt(C(x, T)) over the sum of these roots, by question.

    None where C is negative: such a question takes part away from the total, and counts 0 in the sum.
    A drawn question counts in the sum as often as it was drawn, so that the weights of an attempt's
    questions add up to 1 as intended weights do.
    """
    attempts = sums.total.count
    roots: dict[str, float | None] = {}
    for key, question in sums.questions.items():
        covariance = question.mark_total.covariance
        if covariance is None or covariance < -NOISE:
            roots[key] = None
        else:
            roots[key] = math.sqrt(covariance) if covariance > NOISE else 0.0
    whole = math.fsum(
        root * sums.questions[key].weight.count / attempts for key, root in roots.items() if root
    )
    return {key: None if root is None or not whole else root / whole for key, root in roots.items()}


def relation(count: int, rest: float, sums: QuestionSums) -> float | None:
    """Return the point-biserial correlation of answering so with the rest of the attempt.

    `count` people answered so and have `rest` in sum. The covariance with an indicator is
    (sum of X over them - count * mean X) / (S - 1), its variance count * (1 - count / S) / (S - 1).
    """
    rests = sums.credit_rest.second
    if not rests.variance or not 0 < count < rests.count:
        return None
    apart = rests.count - 1
    covariance = (rest - count * rests.mean) / apart
    variance = count * (1 - count / rests.count) / apart
    return max(-1.0, min(1.0, covariance / math.sqrt(variance * rests.variance)))
