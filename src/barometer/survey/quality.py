import numpy as np

FLAGS = ("",)
ReliabilityRule = str


def kish_effective_n(a, b):
    return np.divide(a**2, b, out=np.full_like(a, np.nan), where=b > 0)


def reliability(e):
    return np.zeros(e.estimate.shape, dtype=np.int8)
