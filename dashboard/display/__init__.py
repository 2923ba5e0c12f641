"""How values become words, figures and positions on a page. Pure functions, no framework."""
