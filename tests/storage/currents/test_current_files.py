"""Currents from files: sixteen forms of one current, and other programs' formats."""

import math
from pathlib import Path

import numpy as np
import pytest

from hhgui.model.stimulus.waveforms import Samples
from hhgui.storage.currents.current_file import read_current
from hhgui.storage.currents.spec import read_component

FILES = Path(__file__).parents[2] / "data" / "current-files"
KEYS = {
    "seconds_pA.csv": ",area=1000", "neg_time.csv": ",time_offset=20",
    "ramp_knots.csv": ",interpolate=linear",
}  # fmt: skip
TIMES = np.arange(0.0, 80.0, 0.01) + 0.005
STEP = np.where((TIMES >= 5.0) & (TIMES < 60.0), 10.0, 0.0)
RAMP = np.interp(TIMES, [0.0, 10.0, 60.0, 80.0], [0.0, 0.0, 20.0, 20.0])


def read(folder, content, keys="", name="i.csv", encoding="utf-8"):
    """The samples of a file of this content."""
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return read_component(f"file:{file}{keys}")[0]


@pytest.mark.parametrize("file", sorted(FILES.iterdir()), ids=lambda file: file.name)
def test_sixteen_files_hold_the_same_current(file):
    """10 µA/cm² from 5 to 60 ms, but for the one that is a ramp."""
    samples, _ = read_component(f"file:{file}{KEYS.get(file.name, '')}")
    expected = RAMP if file.name == "ramp_knots.csv" else STEP
    np.testing.assert_allclose(samples.current_at(TIMES), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("head", ["", "time_ms,I_uA_per_cm2\n", "\ufefftime,I\r\n", "\n\n"])
def test_a_table_of_steps_holds_each_value(tmp_path, head):
    """Each value holds until the next, and the last one as long as the one before it."""
    samples = read(tmp_path, head + "0,1.5\n2,-3\n\n3,4e0\n")
    assert samples == Samples((0.0, 2.0, 3.0, 4.0), (1.5, -3.0, 4.0), str(tmp_path / "i.csv"))


def test_a_single_sample_lasts_one_millisecond(tmp_path):
    """A single sample has no interval to repeat and lasts 1 ms."""
    assert read(tmp_path, "5,2").times == (5.0, 6.0)


def test_numbers_are_read_to_the_last_bit(tmp_path):
    """Shortest round-trip numbers come back as they were."""
    samples = read(tmp_path, f"0,{math.pi!r}\n{math.e!r},{1 / 3!r}\n")
    assert samples.values == (math.pi, 1 / 3)
    assert samples.times[1] == math.e


def test_the_programs_own_table_gives_its_stimulus(tmp_path):
    """Of an exported table the stimulus is injected, not the voltage or an ionic current."""
    text = (
        "time_ms,V_mV,I_stim_uA_per_cm2,m,I_Na_uA_per_cm2,I_A_uA_per_cm2\n"
        "0.0,-65.0,0.0,0.05,-1.2,3.0\n0.1,-64.0,7.0,0.06,-1.3,3.0\n0.2,-63.0,0.0,0.06,-1.4,3.0\n"
    )
    assert read(tmp_path, text).values == (0.0, 7.0, 0.0)


def test_axon_text_is_read(tmp_path):
    """The records of Axon text are skipped; 100 pA on 1000 µm² are 10 µA/cm²."""
    text = (
        "ATF\t1.0\r\n2\t3\r\n\"AcquisitionMode=Episodic Stimulation\"\r\n\"Comment=1,2\"\r\n"
        "\"Time (s)\"\t\"Trace #1 (mV)\"\t\"Trace #1 (pA)\"\r\n"
        "0\t-65\t0\r\n0.001\t-65\t100\r\n0.002\t-64\t0\r\n"
    )  # fmt: skip
    samples = read(tmp_path, text, ",area=1000", "i.atf", "cp1252")
    assert samples.times == pytest.approx((0.0, 1.0, 2.0, 3.0), rel=1e-12)
    assert samples.values == pytest.approx((0.0, 10.0, 0.0), rel=1e-12)


def test_numpys_archive_is_read(tmp_path):
    """The arrays of an .npz file are found by name, as columns by heading."""
    file = tmp_path / "i.npz"
    np.savez(file, time_s=[0.0, 0.001, 0.002], I_uA_per_cm2=[0.0, 4.0, 0.0], V_mV=[1.0, 2.0, 3.0])
    samples = read_current(file).samples
    assert samples.times == (0.0, 1.0, 2.0, 3.0)
    assert samples.values == (0.0, 4.0, 0.0)


def test_numpys_text_with_its_header_in_a_remark_is_read(tmp_path):
    """``np.savetxt(header=…)`` puts # before it."""
    rows = np.column_stack([np.arange(30) * 0.001, np.arange(30) % 3])
    np.savetxt(tmp_path / "i.txt", rows, header="time (s) I (µA/cm²)", encoding="utf-8")
    samples = read_current(tmp_path / "i.txt").samples
    assert samples.times[:3] == pytest.approx((0.0, 1.0, 2.0), rel=1e-12)


@pytest.mark.parametrize(
    ("keys", "times", "values"),
    [
        (",current=b,time=x,unit=uA/cm2,time_unit=ms", (0.0, 1.0, 2.0, 3.0), (4.0, 5.0, 6.0)),
        (",current=3,time=1,unit=uA/cm2,time_unit=ms", (0.0, 1.0, 2.0, 3.0), (4.0, 5.0, 6.0)),
        (",current=a,time=x,unit=A/m2,time_unit=s", (0.0, 1e3, 2e3, 3e3), (100.0, 200.0, 300.0)),
        (",current=a,time=x,scale=2,offset=-1", (0.0, 1.0, 2.0, 3.0), (1.0, 3.0, 5.0)),
        (",current=a,time=x,time_offset=7", (7.0, 8.0, 9.0, 10.0), (1.0, 2.0, 3.0)),
        (",current=a,time=x,unit=nA,time_unit=ms,area=1e4,scale=0.1", (0.0, 1.0, 2.0, 3.0),
         (1.0, 2.0, 3.0)),
    ],
)  # fmt: skip
def test_keys_say_what_the_file_does_not(tmp_path, keys, times, values):
    """Columns by heading or number, units, (value · scale + offset), times later."""
    samples = read(tmp_path, "x;a;b\n0;1;4\n1;2;5\n2;3;6\n", keys)
    assert samples.times == pytest.approx(times, rel=1e-12)
    assert samples.values == pytest.approx(values, rel=1e-12)


@pytest.mark.parametrize("name", ["a, b.csv", "a,unit=pA.csv", "C:\\a.csv", "x=1,time=t.csv"])
def test_a_path_may_hold_commas_colons_and_keys(tmp_path, monkeypatch, name):
    """A path is the longest name of a file that is there; keys follow it."""
    monkeypatch.chdir(tmp_path)
    try:
        Path(name).write_text("t,I\n0,1\n1,2\n")
    except OSError:
        pytest.skip("this system has no such names")
    assert read_component(f"file:{name}")[0].path == name
    assert read_component(f"file:{name},scale=3,unit=uA/cm2")[0].values == (3.0, 6.0)


def test_straight_lines_go_through_the_rows(tmp_path):
    """Two rows at one time are a jump; rows before 0 are left out, the line's value at 0 kept."""
    text = "t,I\n-10,-5\n10,5\n10,2\n20,4\n"
    lines = read(tmp_path, text, ",interpolate=linear,time_offset=0")
    assert lines.times == (0.0, 10.0, 20.0)
    assert (lines.values, lines.ends) == ((0.0, 2.0), (5.0, 4.0))
    assert lines.current_at(np.array([5.0, 10.0, 15.0])) == pytest.approx([2.5, 2.0, 3.0])


def test_a_gap_among_samples_is_asked(tmp_path):
    """Samples of one rate with a gap are Undecided: held or connected by a line."""
    rows = [f"{k / 10:.1f},{k % 3}\n" for k in range(100) if not 40 < k < 60]
    text = "t,I\n" + "".join(rows)
    with pytest.raises(
        Exception, match=r"i\.csv: row 43: 2 ms after the row before it, .* at 6 ms"
    ):
        read(tmp_path, text)
    assert read(tmp_path, text, ",interpolate=hold").current_at(np.array([4.05, 5.9])).tolist() == [
        1,
        1,
    ]


@pytest.mark.parametrize("last", ["\n\n", "80", "80,", ",,\n", "\n , \n", "80\n\n"])
def test_blank_and_torn_last_lines_are_no_rows(tmp_path, last):
    """A torn row is left out, and said."""
    file = tmp_path / "i.csv"
    file.write_text(f"time_ms,I_uA_per_cm2\n0,1\n1,2\n{last}")
    samples, notes = read_component(f"file:{file},interpolate=hold")
    assert samples.values == (1.0, 2.0)
    assert any("row 4 has" in note and "left out" in note for note in notes) == ("80" in last)


def test_what_is_taken_for_granted_is_said(tmp_path):
    """Without units a note says that ms, µA/cm² and steps are assumed."""
    (tmp_path / "i.csv").write_text("time,I\n0,0\n5,10\n60,0\n")
    notes = read_component(f"file:{tmp_path / 'i.csv'}")[1]
    assert ["names no units" in note for note in notes] == [True, False]
    assert "each row holds until the next" in notes[1]
    (tmp_path / "i.csv").write_text(
        "time_ms,I_uA_per_cm2\n" + "".join(f"{k},5\n" for k in range(9))
    )
    assert read_component(f"file:{tmp_path / 'i.csv'}")[1] == ()


def test_the_models_area_counts_unless_the_file_is_given_one():
    """100 pA on 500 µm² are 20 µA/cm², on 1000 µm² 10."""
    file = FILES / "seconds_pA.csv"
    for keys, most in (("", 20.0), (",area=1000", 10.0)):
        samples, _ = read_component(f"file:{file}{keys}", area=500.0)
        assert max(samples.values) == pytest.approx(most, rel=1e-12)
