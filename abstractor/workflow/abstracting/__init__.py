"""From records to abstracts, and what is counted of them, with no services: charts of files, cohorts, rates,
and the decision on one chart's stored bytes.
"""
