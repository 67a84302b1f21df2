"""Define the integration methods, one per file; a file is found by its constant ``METHOD``.

The kernel of a method is a NamedTuple of the tables or tolerances that it needs besides the
membrane's numbers. ``of(membrane, dt)`` makes it. Its functions, whose arguments ``engine.kernel``
explains, are:

``step(self, voltage, state, packed, dt, drive, k, work)`` takes step k, whose current is
``drive[k]``, and returns V (mV) after it; it changes the gates in ``state``, and the last entry of
``state``, which the method may use as it likes. ``work`` is work space. ``show(self, voltage,
state, packed, shown)``, if there is one, writes the gates at the time of V into ``shown`` for a row
of the recording; without it, they are those in ``state``. ``lane_step(self, S, K, packed, dt)``
takes a step of 64 neurons, see ``engine.lanes``.

The loops around them are in ``engine.loop``. Numba chooses the step by the class of the kernel, so
that each method gets a compiled loop of its own, which is kept on disk.
"""
