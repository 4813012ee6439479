"""What a teacher does: read hand-ins, mark them, answer each student, look at the class as a whole."""
