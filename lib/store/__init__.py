"""Every query of the application: versions of licenses, batches of imports, and what the screens show."""
