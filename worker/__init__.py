"""The process that runs jobs: ids in, workflow called, no clinical logic."""
