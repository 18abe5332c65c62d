"""The theory of grains and localised spins (De Roeck & Huveneers)."""
