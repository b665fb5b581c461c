"""How far the readers of charts agree, with each other and with the program, and how many charts that takes.

Nothing here reads, writes, or draws by chance: values go in, values come out. `ratings` says what they are;
`chance` holds raw agreement, PABAK, kappa and AC1, `krippendorff` alpha, `against_program` sensitivity and
PPV, `planning` the sizes. What cannot be told is `Undefined` with its reason, never NaN, and never a number
that nobody measured.
"""
