"""SMART Backend Services: how this program signs in at a clinic, without a person and a password."""
