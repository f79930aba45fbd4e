"""Does a small run still give what it gave?"""
