"""Every fact of ground_truth.json has a test.

Parts of facts that are left out:
- convergence_orders: Rush-Larsen gates with forward Euler for V, and Runge-Kutta 2, as the app does
  not offer them; RK4's error is that of its steps, without what its tables add (3e-7 mV).
- T_no_hopf: "sustained firing present at 28.9 °C" is a scan of finite length. There every
  equilibrium is stable, and oscillations die away within seconds (SciPy's DOP853 agrees).
"""

import ast
from pathlib import Path

CABLE = "a cable: the app simulates one patch of membrane, without space"
OUT_OF_SCOPE = {
    "conduction_velocity_18.5C": CABLE,
    "propagated_AP_amplitude_18.5C": CABLE,
}


def names_in_tests():
    """Every string in the code of this folder's tests; docstrings do not count."""
    found = set()
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                parts = [*node.decorator_list, *node.body[1:]]
                constants = [c for part in parts for c in ast.walk(part)]
                found |= {c.value for c in constants if isinstance(c, ast.Constant)}
    return found


def test_every_fact_is_tested_or_out_of_scope(facts):
    """A fact that is neither named by a test here nor out of scope for a reason is forgotten."""
    tested = names_in_tests() & set(facts)
    assert tested | set(OUT_OF_SCOPE) == set(facts)
    assert not tested & set(OUT_OF_SCOPE)
    assert all(OUT_OF_SCOPE.values())


def test_the_facts_are_those_that_were_counted(facts):
    """55 facts, 53 of them in scope: another one comes with a test."""
    assert (len(facts), len(facts) - len(OUT_OF_SCOPE)) == (55, 53)
