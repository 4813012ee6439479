"""What a student does: exercises, answers and the controls that show them."""
