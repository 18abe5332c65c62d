"""Lanczos without reorthogonalisation: eigenvectors and spectral measures in O(n) memory."""
