"""What the texts say: articles, their blocks and sentences, annotations, cases."""
