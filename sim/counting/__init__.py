"""What is counted of lives: measures, their estimators, tallies, microdata."""
