"""What speed is compared with: each system as few lines as its library asks for.

A system is a module with

    build(units, folder)      make an index of a file of units
    answers(folder, queries)  open the index, and give the ids of the ten best units for each query, as it is asked
    add(folder, units)        add units to the index; those that must be built anew have none

A unit is a line of an id, a tab and a text. Every index keeps the texts. Modules whose names begin with `unstemmed_`
index words as they are, the others Sastrawi's stems of them. `run.py` runs them as programs of their own.
"""
