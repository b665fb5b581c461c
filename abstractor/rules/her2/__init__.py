"""HER2 status: assays of which tissue, read by the criteria of their day, and what stands in for them."""
