"""Does the program compute what the model says? Against closed forms and other software."""
