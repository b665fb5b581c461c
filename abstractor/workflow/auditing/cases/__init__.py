"""An overruled verdict as a test case: the chart without whose it is, what was asked, what is right."""
