"""Files of a study: rows that survive a kill, and what is wrong with those that did not."""
