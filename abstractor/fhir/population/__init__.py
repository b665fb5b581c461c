"""Records of any number of patients in bounded memory: sorted by patient into parts, then read part by part,
one chart at a time. What comes out is what `RecordSet` gives of the same records.
"""

from abstractor.fhir.population.parts import PartCharts, Parts
from abstractor.fhir.population.sorting import Population
from abstractor.fhir.population.spill import Scratch

__all__ = ["PartCharts", "Parts", "Population", "Scratch"]
