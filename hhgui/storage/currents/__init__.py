"""Read an injected current from a file: text tables of any layout and encoding, ATF, .npz."""
