import gc

SELDOM = (5_000, 10, 10)

# what a process imports stays, and answers make few cycles, while to look through all the facts that are remembered takes long
gc.set_threshold(*SELDOM)
