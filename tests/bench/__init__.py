"""Long measures. Each prints its figures beside a yardstick of the same run; nothing here runs with the tests."""
