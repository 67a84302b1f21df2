"""The linear equations of a limit cycle against the same equations as one dense matrix."""

import numpy as np
import pytest

from hhgui.engine.collocation import close, condense


def dense(transitions, by_u, right, weights, inner, last):
    """All equations in one matrix, solved by NumPy."""
    n, size = transitions.shape[:2]
    matrix = np.zeros((n * size + 2, n * size + 2))
    for i in range(n):
        rows = slice(i * size, (i + 1) * size)
        matrix[rows, rows] -= transitions[i]
        following = (i + 1) % n * size
        matrix[rows, following : following + size] += np.eye(size)
        matrix[rows, -2:] = -by_u[i]
    matrix[-2:, :-2], matrix[-2:, -2:] = weights.reshape(2, -1), inner
    found = np.linalg.solve(matrix, np.concatenate([right.reshape(n * size, -1), last]))
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
        rng.normal(size=(2, n, size)), rng.normal(size=(2, 2)), rng.normal(size=(2, 3)),
    )  # fmt: skip
    expected = dense(*chain)  # first, as the kernel changes the weights
    for ours, theirs in zip(close(*chain), expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-7, atol=1e-7 * np.abs(theirs).max())


def test_equations_without_a_solution_give_no_numbers():
    """Two conditions that are the same leave a point of the chain free."""
    nothing = np.zeros((3, 2, 2))
    points, _ = close(nothing, nothing, nothing, np.zeros((2, 3, 2)), np.zeros((2, 2)), np.eye(2))
    assert not np.isfinite(points).all()


def test_points_inside_an_interval_obey_the_collocation_equations():
    """For two intervals of three states, residual and columns are those of the dense equations."""
    rng = np.random.default_rng(0)
    n, degree, size, period = 2, 4, 3, 7.0
    h = np.array([0.3, 0.7])
    values, slopes = rng.normal(size=(2, degree, degree + 1))
    states = rng.normal(size=(n * degree + 1, size))
    field, by_p = rng.normal(size=(2, n, degree, size))
    jacobians = rng.normal(size=(n, degree, size, size))
    found = condense(states, h, period, values, slopes, field, jacobians, by_p)
    for i in range(n):
        local = states[i * degree : (i + 1) * degree + 1]
        rows = np.einsum("gk,st->gskt", slopes / h[i], np.eye(size))
        rows -= period * np.einsum("gst,gk->gskt", jacobians[i], values)
        rows = rows.reshape(degree * size, -1)
        residual = (slopes / h[i] @ local - period * field[i]).ravel()
        right = np.column_stack(
            [rows[:, :size], -field[i].ravel(), -period * by_p[i].ravel(), residual]
        )
        np.testing.assert_allclose(rows[:, size:] @ found[i], -right, atol=1e-8)
