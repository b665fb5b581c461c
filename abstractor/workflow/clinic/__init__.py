"""A clinic and its endpoint: set up, signed in at with our keys, tried, examined by the doctor, and shown to
whoever looks after it.
"""
