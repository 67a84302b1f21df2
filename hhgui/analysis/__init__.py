"""What the traces say: spikes, intervals, rates."""
