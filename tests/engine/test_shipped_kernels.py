"""The kernels that the packaged program brings: taken where the processor runs them."""

import numba
import pytest

from hhgui.engine import shipped_kernels
from hhgui.engine.shipped_kernels import target_here, use_shipped_kernels

OF_2013 = "avx avx2 bmi bmi2 cmov cx16 cx8 f16c fma fxsr lzcnt mmx movbe popcnt sahf sse sse2 sse3"


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Return a function that makes a machine with these features; the program brings two files."""
    shipped = tmp_path / "resources" / "kernels" / "kernels-1"
    shipped.mkdir(parents=True)
    for name in ("a.1.nbc", "a.nbi"):
        (shipped / name).write_text("shipped")
    (tmp_path / "kernels-1").mkdir()
    for name in ("CPU_NAME", "CPU_FEATURES"):
        monkeypatch.setattr(numba.config, name, None)
    monkeypatch.setattr(shipped_kernels, "resource_dir", lambda: tmp_path / "resources")

    def make(kind, features):
        monkeypatch.setattr("platform.machine", lambda: kind)
        here = dict.fromkeys(features.split(), True) | {"avx512f": False}
        monkeypatch.setattr("llvmlite.binding.get_host_cpu_features", lambda: here)
        return tmp_path / "kernels-1"

    return make


@pytest.mark.parametrize("kind", ["x86_64", "AMD64"])
def test_a_common_processor_takes_them(machine, kind):
    """Kernels are copied to the user's cache if missing, and numba compiles for their target."""
    cache = machine(kind, OF_2013 + " sse4.1 sse4.2 ssse3 sha")
    (cache / "a.nbi").write_text("compiled here")
    assert use_shipped_kernels(cache)
    assert (cache / "a.1.nbc").read_text() == "shipped"
    assert (cache / "a.nbi").read_text() == "compiled here"
    assert len(list(cache.iterdir())) == 2
    assert numba.config.CPU_NAME == "x86-64-v3"
    assert "+avx2" in numba.config.CPU_FEATURES.split(",")


@pytest.mark.parametrize(
    ("kind", "features"), [("x86_64", "sse sse2 avx"), ("riscv64", "m"), ("x86_64", OF_2013)]
)
def test_another_processor_compiles(machine, kind, features):
    """A processor that lacks an instruction of the shipped kernels compiles its own."""
    cache = machine(kind, features)
    assert not use_shipped_kernels(cache)
    assert not list(cache.iterdir())
    assert numba.config.CPU_NAME is None


def test_other_sources_compile(machine):
    """The program's kernels are of other sources than those that run, or there are none."""
    cache = machine("x86_64", OF_2013 + " sse4.1 sse4.2 ssse3")
    assert not use_shipped_kernels(cache.with_name("kernels-2"))


def test_a_choice_of_the_users_stays(machine, monkeypatch):
    """NUMBA_CPU_NAME names the processor to compile for."""
    cache = machine("x86_64", OF_2013 + " sse4.1 sse4.2 ssse3")
    monkeypatch.setattr(numba.config, "CPU_NAME", "generic")
    assert not use_shipped_kernels(cache)


@pytest.mark.parametrize("kind", ["arm64", "ARM64", "aarch64"])
def test_arm_has_a_target_too(machine, kind):
    """Macs, Windows and Linux call the same processors by other names."""
    machine(kind, "neon")
    assert target_here().cpu == "generic"
