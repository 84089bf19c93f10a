"""A seeded collection of mails and pastes with known truth; half of it was written first and held out."""
