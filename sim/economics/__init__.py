"""What care costs and what it is worth: prices in one currency and year, net benefit."""
