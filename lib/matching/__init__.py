"""Which Marketplace license is which legacy license: candidates, scores with reasons, one partner for each. No store."""
