"""Audits of charts: what was defined and drawn, who reads which chart, and what each reader answered."""
