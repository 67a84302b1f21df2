"""Read currents from files: text tables of any separator, decimal sign and encoding, ATF, .npz."""
