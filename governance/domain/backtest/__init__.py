"""What a backtest says: facts first, bounds where a change tightens, unknown where it loosens."""
