"""What a person should weigh before speaking."""
