"""The network's first weights and the users' rows, as `bench_engine start` writes them. No framework."""

import json
import pathlib

import numpy


class Start:
    def __init__(self, folder):
        folder = pathlib.Path(folder)
        self.weights = read_safetensors(folder / "weights.safetensors")
        self.first = numpy.fromfile(folder / "start.i64", numpy.int64)
        self.item = numpy.fromfile(folder / "item.i32", numpy.int32).astype(numpy.int64)
        self.value = numpy.fromfile(folder / "value.f32", numpy.float32)
        self.items, self.users = len(self.weights["output.bias"]), len(self.first) - 1

    def rows(self, begin, end):
        """Of these users: rows of the ratings (from 0), their items, their values."""
        low, high = self.first[begin], self.first[end]
        rows = numpy.repeat(numpy.arange(end - begin), numpy.diff(self.first[begin : end + 1]))
        return rows, self.item[low:high], self.value[low:high]

    def dense(self, begin, end):
        out = numpy.zeros((end - begin, self.items), numpy.float32)
        rows, items, values = self.rows(begin, end)
        out[rows, items] = values
        return out


def read_safetensors(file):
    """{name: array} of a file of 32-bit floats (docs/formats.md)."""
    data = file.read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    header.pop("__metadata__", None)
    tensors = {}
    for name, tensor in header.items():
        low, high = (8 + size + offset for offset in tensor["data_offsets"])
        tensors[name] = numpy.frombuffer(data[low:high], numpy.float32).reshape(tensor["shape"]).copy()
    return tensors
