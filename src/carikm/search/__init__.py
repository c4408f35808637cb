"""From a query to hits: its words, the chunks they score, the snippets that show them."""
