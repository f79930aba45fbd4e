"""Does the model agree with what is published?"""
