"""Questions that hold their answers back: predictions and quizzes.

text        the plain text that quizzes are written in
question    a question, and the judgement of what was answered
widget      the page: it is told an answer only when the learner has committed
"""
