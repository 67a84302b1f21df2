"""Describe injected currents: waveforms that add up, their text form, and previews of them."""
