"""The pages with 100,000 patients behind them."""
