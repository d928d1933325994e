"""The parts that pages are put together from and that are bound to a state; parts without one are components."""
