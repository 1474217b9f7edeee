"""Arrays of Python's (and of anything with its buffer protocol) as C takes them: their addresses. Not what is done with them (_core.py)."""

import ctypes as c
from array import array as packed


class _Buffer(c.Structure):  # Py_buffer
    _fields_ = [("buf", c.c_void_p), ("obj", c.py_object), ("len", c.c_ssize_t), ("itemsize", c.c_ssize_t), ("readonly", c.c_int),
                ("ndim", c.c_int), ("format", c.c_char_p), ("shape", c.c_void_p), ("strides", c.c_void_p),
                ("suboffsets", c.c_void_p), ("internal", c.c_void_p)]


class Array:
    """The address of an array's memory: of anything contiguous with the buffer protocol, or of a list, copied. Keeps it alive.

    code: 'B' uint8, 'b' int8, 'i' int32, 'q' int64, 'f' float32, 'd' float64; bytes and untyped buffers are taken for it."""

    def __init__(self, values, code, count=None):
        if isinstance(values, (list, tuple, range)):
            values = packed(code, values)
        self._view = memoryview(values)
        size = packed(code).itemsize
        if self._view.itemsize not in (1, size):
            raise TypeError(f"an array of '{code}' is wanted, not of '{self._view.format}'")
        self.count = self._view.nbytes // size
        if count is not None and self.count != count:
            raise ValueError(f"an array of {count} numbers is wanted, not of {self.count}")
        buffer = _Buffer()
        c.pythonapi.PyObject_GetBuffer(c.py_object(self._view), c.byref(buffer), 0)  # 0: PyBUF_SIMPLE, contiguous bytes
        self.address = buffer.buf
        c.pythonapi.PyBuffer_Release(c.byref(buffer))  # the view keeps the memory where it is


def array_or_none(values, code, count=None):
    return None if values is None else Array(values, code, count)


def pointer(array):
    return None if array is None else array.address
