"""Words of reports and notes: what an attachment holds as text, and what its sentences say of HER2, ER, PR
and pneumonitis. A sentence is a reason to look, never a result.
"""

from abstractor.fhir.text.formats import Read, Unread, text_of
from abstractor.fhir.text.reader import Reading, Told, read_text

__all__ = ["Read", "Reading", "Told", "Unread", "read_text", "text_of"]
