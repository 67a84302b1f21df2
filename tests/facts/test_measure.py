"""Facts as ``hhgui measure`` prints them, at the default method and time step."""

import pytest

SQUID = ("--model", "squid-dayan-abbott", "--set", "L.reversal=-54.4")


@pytest.fixture
def measure(measure):
    """What ``hhgui measure`` prints of the facts' axon, unless a model is named."""
    return lambda *arguments, model=SQUID: measure(*arguments, *model)


WIDTHS = (0.2, 0.5, 3.0, 5.0, 50.0)  # of pulses, ms


def test_strength_duration(measure, fact):
    """The thresholds of five widths, rheobase and chronaxie are those of the references."""
    found = measure("strength-duration", "--durations", ",".join(map(str, WIDTHS)))
    thresholds = found["columns"]["threshold_uA_cm2"]
    for width, threshold in zip(WIDTHS, thresholds, strict=True):
        fact(f"threshold_pulse_{width}ms").compare(threshold)
    fact("rheobase_single_spike").compare(found["results"]["rheobase_uA_cm2"])
    fact("chronaxie").compare(found["results"]["chronaxie_ms"])


def test_the_axon_obeys_neither_law(measure):
    """At 0.2 ms Lapicque's law is 15 % low and Weiss's 36 %."""
    found = measure("strength-duration", "--durations", "0.2")["results"]
    assert found["lapicque_error_percent"] == pytest.approx(-14.7, abs=0.3)
    assert found["weiss_error_percent"] == pytest.approx(-36.4, abs=0.3)


@pytest.mark.parametrize(
    "name",
    ["threshold_pulse_0.2ms", "threshold_pulse_0.5ms", "threshold_pulse_3.0ms",
     "threshold_pulse_5.0ms", "threshold_pulse_50.0ms"],
)  # fmt: skip
def test_threshold(measure, fact, name):
    """The threshold of each width alone is found by bisection, trial by trial."""
    width = name.removeprefix("threshold_pulse_").removesuffix("ms")
    found = measure("threshold", "--duration", width)
    fact(name).compare(found["results"]["threshold_uA_cm2"])


@pytest.mark.parametrize("name", ["refractory_2.0x", "refractory_3.0x", "refractory_4.0x"])
def test_paired_pulses(measure, fact, name):
    """The shortest interval at which two equal pulses fire twice is that of the reference."""
    strength = name.removeprefix("refractory_").removesuffix("x")
    found = measure("paired-pulses", "--strengths", strength)
    fact(name).compare(found["columns"]["interval_ms"][0])


def test_displacement(measure, fact):
    """The smallest sudden shift of V from rest that fires."""
    found = measure("displacement", "--displacements", "6.4,6.6")
    fact("displacement_threshold").compare(found["results"]["threshold_mV"])
    assert found["columns"]["fired"] == [0, 1]


def test_release_from_a_held_voltage(measure, fact):
    """Peak and its time after V was held 30 mV below rest; a peak needs a finer step."""
    found = measure("anode-break", "--held", "30", "--dt", "0.01")["results"]
    expected = fact("anode_break_clamp")
    peak = [found["peak_mV"], found["peak_time_ms"]]
    expected.compare(peak, expected.value["peak"], expected.tolerance)


def test_hysteresis(measure, fact):
    """A ramp to 15 µA/cm² and back, by the adaptive method: first spike up, last spike down."""
    ramp = ("--top", "15", "--slope", "0.005")
    found = measure("hysteresis", *ramp, "--method", "adaptive", "--dt", "0.1")["results"]
    fact("ramp_hysteresis").compare([found["onset_uA_cm2"], found["offset_uA_cm2"]])


def test_steady_rates(measure, fact):
    """RK4 gives the axon's steady rate under 20, 30 and 40 µA/cm²."""
    for current in (20, 30, 40):
        found = measure("adaptation", "--current", str(current), "--method", "rk4", "--dt", "0.02")
        fact(f"steady_f_I{current}").compare(found["results"]["steady_rate_Hz"])


@pytest.mark.parametrize("current", [0.5, 1.0])
def test_cortical_steady_rates(measure, fact, current):
    """The cortical cell's steady rate is right if its spikes are counted at -20 mV."""
    found = measure(
        "adaptation", "--current", str(current), "--duration", "3000", "--threshold", "-20",
        "--method", "rk4", "--dt", "0.02", model=("--model", "cortical-pyramidal"),
    )  # fmt: skip
    fact(f"CORT_f_I{current}").compare(found["results"]["steady_rate_Hz"])


def test_spike_counts_of_long_steps(measure, fact):
    """Counts in 1000 ms from rest, exact but for one spike at the fold of cycles."""
    counts = fact("spike_counts_1000ms")
    currents = [float(c) for c in counts.value]
    found = measure(
        "fi", "--currents", ",".join(counts.value), "--on", "0", "--off", "1000", "--duration",
        "1000", "--method", "rk4", "--dt", "0.01", "--initial-voltage", "-64.9997224337346",
    )["columns"]["spike_count"]  # fmt: skip
    near_the_fold = [1 if 6.25 <= current <= 6.265 else 0 for current in currents]
    errors = [abs(a - b) for a, b in zip(found, counts.value.values(), strict=True)]
    counts.take([e / max(allowed, 0.5) for e, allowed in zip(errors, near_the_fold, strict=True)])


@pytest.mark.parametrize(
    ("name", "current", "options", "model"),
    [
        ("steady_f_I150", 150, ("--duration", "8000", "--threshold", "-43", "--rearm", "2"), SQUID),
        ("RTM_f_I0.2", 0.2, ("--duration", "1000"), ("--model", "reduced-traub-miles")),
        ("RTM_f_I10.0", 10, ("--duration", "300"), ("--model", "reduced-traub-miles")),
        ("WB_f_I0.2", 0.2, ("--duration", "1500"), ("--model", "wang-buzsaki")),
        ("WB_f_I20.0", 20, ("--duration", "200"), ("--model", "wang-buzsaki")),
    ],
)
def test_steady_rates_of_other_neurons_and_small_oscillations(
    measure, fact, name, current, options, model
):
    """Fast and slow firing, and the axon near its block: it oscillates around -43 mV by 8 mV."""
    found = measure(
        "adaptation", "--current", str(current), *options, "--method", "rk4", "--dt", "0.02",
        model=model,
    )  # fmt: skip
    fact(name).compare(found["results"]["steady_rate_Hz"])


def test_hopf_points_against_temperature(measure, fact):
    """The two currents between which rest is unstable, and the temperature at which they meet."""
    expected = fact("hopf_vs_T")
    found = measure("temperature", "--temperatures", ",".join(expected.value))["columns"]
    pairs = zip(found["hopf_low_uA_cm2"], found["hopf_high_uA_cm2"], strict=True)
    for (temperature, both), pair in zip(expected.value.items(), pairs, strict=True):
        assert temperature
        expected.compare(list(pair), both)
    merging = measure("temperature", "--temperatures", "28,30")["results"]["merging_C"]
    fact("T_no_hopf").compare(merging)


def test_the_first_spike_of_a_step(measure, fact):
    """When it crosses 0 mV: the step begins at 5 ms, and the latency counts from there."""
    found = measure(
        "vary", "--values", "120", "--measures", "latency_ms", "--stimulus",
        "step:amplitude=5,start=5,stop=30", "--method", "adaptive", model=SQUID[:2],
    )  # fmt: skip
    fact("OSB_single_AP").compare(found["columns"]["latency_ms"][0] + 5.0)
