"""Drives an iSNS server and stock iSNS clients for the tests of this folder. Python 3 and its standard library only."""
