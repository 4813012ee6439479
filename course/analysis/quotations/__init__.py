"""Quotations of an article."""
