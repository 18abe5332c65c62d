"""How eigen-data is got. Knows Hermitian operators and nothing of the physics behind them."""
