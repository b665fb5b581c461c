"""What leaves the program, one file an output. How much of a patient is told is one value (`disclosing`);
whoever calls decides who may see it. Whole abstracts (`jsonl`) tell everything.
"""
