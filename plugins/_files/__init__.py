"""What the sources that read files share: finding them, opening them as UTF-8, cursors, pages, posts."""
