"""Migration requests: from the customer's yes to the SEN."""
