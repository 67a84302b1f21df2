"""One numerical idea per file; every file here is a method on offer, found by its ``METHOD``.

Its kernel is a NamedTuple of tables or tolerances. ``of(membrane, dt)`` makes it; then

``step(self, voltage, state, packed, dt, drive, k, work)`` gives V after step k, whose current is
in ``drive[k]``; it moves the gates, and the one slot behind them that is its own, in ``state``.
``show(self, voltage, state, packed, shown)``, where there is one, puts the gates at the time of V
into ``shown``, for a row of the recording; else they are in ``state``.
``lane_step(self, S, K, packed, dt)`` does a step for 64 neurons, see ``engine.lanes``.

The loops around them are in ``engine.loop``. A kernel's class is what numba chooses its step by,
so each class has a compiled loop of its own, which is kept on disk.
"""
