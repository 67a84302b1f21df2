"""The equations of a closed chain against the same equations as one dense matrix."""

import numpy as np
import pytest

from hhgui.analysis.closed_chain import Border, solve_closed_chain


def dense(transitions, by_u, right, border):
    """All equations in one matrix, solved by NumPy."""
    n, size = transitions.shape[:2]
    matrix = np.zeros((n * size + 2, n * size + 2))
    for i in range(n):
        rows = slice(i * size, (i + 1) * size)
        matrix[rows, rows] -= transitions[i]
        following = (i + 1) % n * size
        matrix[rows, following : following + size] += np.eye(size)
        matrix[rows, -2:] = -by_u[i]
    matrix[-2:, :-2], matrix[-2:, -2:] = border.weights.reshape(2, -1), border.inner
    found = np.linalg.solve(matrix, np.concatenate([right.reshape(n * size, -1), border.right]))
    return found[:-2].reshape(n, size, -1), found[-2:]


@pytest.mark.parametrize("n", [1, 2, 3, 7, 60])
@pytest.mark.parametrize("growth", [0.3, 1.0, 3.0])
def test_it_is_what_a_dense_solution_gives(n, growth):
    """For chains of any length, whether deviations decay or grow by 3**60 along them."""
    rng = np.random.default_rng(n)
    size = 4
    turns = np.linalg.qr(rng.normal(size=(n, size, size)))[0]
    chain = (
        turns * np.array([growth, 1.0, 0.5, 0.1]), rng.normal(size=(n, size, 2)),
        rng.normal(size=(n, size, 3)),
        Border(rng.normal(size=(2, n, size)), rng.normal(size=(2, 2)), rng.normal(size=(2, 3))),
    )  # fmt: skip
    for ours, theirs in zip(solve_closed_chain(*chain), dense(*chain), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-7, atol=1e-7 * np.abs(theirs).max())


def test_equations_without_a_solution_are_refused():
    """Two conditions that are the same leave a point of the chain free."""
    nothing = np.zeros((3, 2, 2))
    with pytest.raises(np.linalg.LinAlgError):
        solve_closed_chain(
            nothing, nothing, nothing, Border(np.zeros((2, 3, 2)), np.eye(2) * 0.0, np.eye(2))
        )
