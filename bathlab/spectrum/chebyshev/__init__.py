"""Chebyshev filters of a Hermitian operator: windows of eigenstates by products alone."""
