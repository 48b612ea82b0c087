"""Parts of the review sheet: spreadsheets' dialects, cells that compute, rows and what they ask for."""
