"""The classic method: what Polis computes, for comparison and parity."""
