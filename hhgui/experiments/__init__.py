"""What a lab does with a neuron: each experiment a generator that yields its points."""
