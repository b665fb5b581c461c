"""What leaves the program, one file an output. Nobody is de-identified here: whoever calls decides who may
see it.
"""
