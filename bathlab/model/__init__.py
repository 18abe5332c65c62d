"""What is simulated: baths, LIOMs and the coupled system, as frozen specs and their samples."""
