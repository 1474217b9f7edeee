"""EASE as one writes it with NumPy and SciPy: seconds from the sparse matrix of likes to the weights, as JSON. Reading the file is not counted.

    python closed_form.py RATINGS.csv inv|cholesky LAMBDA
"""

import json
import sys
import time

import numpy
import scipy.sparse
from scipy.linalg.lapack import spotrf, spotri


def likes_in(file):
    table = numpy.loadtxt(file, delimiter=",", skiprows=1, dtype=numpy.int64)
    users, items = (numpy.unique(table[:, column], return_inverse=True)[1] for column in (0, 1))
    return scipy.sparse.csr_matrix((numpy.ones(len(table), numpy.float32), (users, items)))


def inverse_of(gram, way):
    if way == "inv":  # Steck's own listing
        return numpy.linalg.inv(gram)
    factor, _ = spotrf(numpy.asfortranarray(gram), lower=1, overwrite_a=1)
    inverse, _ = spotri(factor, lower=1, overwrite_c=1)
    return numpy.tril(inverse) + numpy.tril(inverse, -1).T


def main():
    likes, way, strength = likes_in(sys.argv[1]), sys.argv[2], float(sys.argv[3])
    began = time.monotonic()
    gram = (likes.T @ likes).toarray().astype(numpy.float32)
    diagonal = numpy.diag_indices(gram.shape[0])
    gram[diagonal] += strength
    inverse = inverse_of(gram, way)
    weights = inverse / -numpy.diag(inverse)
    weights[diagonal] = 0
    print(json.dumps({"seconds": time.monotonic() - began, "version": f"NumPy {numpy.__version__}"}))


main()
