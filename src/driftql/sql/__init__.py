"""Text in, text out: the user's names as safe fragments, and Jinja templates rendered with them."""
