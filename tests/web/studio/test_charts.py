"""Charts keep inside their frame and show every number."""

from hypothesis import given
from hypothesis import strategies as st

from learn.web.quizzes.charts import histogram, scatter

SHARES = st.floats(0, 1)


@given(st.lists(st.integers(0, 10**6), min_size=20, max_size=20), st.floats(0, 100))
def test_bars_stand_on_the_floor_within_the_frame(counts, mark):
    made = histogram(counts, mark)
    assert [bar.count for bar in made.bars] == counts
    for bar in made.bars:
        assert bar.x >= 0 and bar.x + bar.width <= made.width
        assert bar.y >= 0 and abs(bar.y + bar.height - made.floor) < 0.2
        assert bar.passes == (bar.low >= mark)
    assert 0 <= made.mark <= made.width


@given(st.lists(st.tuples(SHARES, st.floats(-1, 1)), max_size=30))
def test_points_stand_within_the_frame_the_better_the_higher(found):
    made = scatter([(f"q{n}", n, facility, index, "") for n, (facility, index) in enumerate(found)])
    for point in made.points:
        assert made.left <= point.x <= made.right
        assert 0 <= point.y <= made.floor + 0.1
    by_index = sorted(made.points, key=lambda point: point.discrimination)
    assert [point.y for point in by_index] == sorted((p.y for p in by_index), reverse=True)
