"""Eigen-data of a unitary W: W |n> = exp(i theta_n) |n>, theta_n the quasienergies."""
