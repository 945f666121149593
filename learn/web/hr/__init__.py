"""HR: answers first, then the lists, files, bulk acts, match and SIASN behind them."""
