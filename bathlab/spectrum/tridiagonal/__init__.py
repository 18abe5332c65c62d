"""All eigenvalues of a large tridiagonal matrix, with the ends of its eigenvectors."""
