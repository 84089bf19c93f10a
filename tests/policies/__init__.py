"""Tests of lib.policies."""
