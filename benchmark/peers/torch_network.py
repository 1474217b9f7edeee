"""The study's network in PyTorch: as one writes it, fused, compiled, in bf16, and as fast as it can be written by hand."""

import time

import torch
from torch.nn import functional

VERSION = f"PyTorch {torch.__version__}"


class Dense:
    """nn.Linear layers on dense batches, which lie ready; mse_loss of the softmax."""

    def __init__(self, start, batch, threads, fused=True, compiled=False, bf16=False):
        torch.set_num_threads(threads)
        self.bf16, weights = bf16, start.weights
        widths = [start.items, *(len(weights[f"encoder.{i}.bias"]) for i in range(3)), start.items]
        self.layers = [torch.nn.Linear(*pair) for pair in zip(widths, widths[1:])]
        names = ["encoder.0", "encoder.1", "encoder.2", "output"]
        with torch.no_grad():
            for layer, name in zip(self.layers, names):
                weight = torch.from_numpy(weights[f"{name}.weight"])
                layer.weight.copy_(weight.T if name == "encoder.0" else weight)
                layer.bias.copy_(torch.from_numpy(weights[f"{name}.bias"]))
        parameters = [parameter for layer in self.layers for parameter in layer.parameters()]
        self.optimiser = torch.optim.Adam(parameters, lr=1e-3, eps=1e-7, **({"fused": True} if fused else {}))
        self.batches = [torch.from_numpy(start.dense(i, i + batch)) for i in range(0, start.users - batch + 1, batch)]
        self.done = 0
        if compiled:
            self.loss = torch.compile(self.loss, dynamic=False)

    def loss(self, x):
        h = x
        for layer in self.layers[:-1]:
            h = functional.relu(layer(h))
        return functional.mse_loss(functional.softmax(self.layers[-1](h), dim=1), x)

    def of_batch(self, index):
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            return self.loss(self.batches[index])

    def first_loss(self):
        with torch.no_grad():
            return float(self.of_batch(0))

    def run(self, steps):
        began = time.perf_counter()
        for _ in range(steps):
            self.optimiser.zero_grad()
            self.of_batch(self.done % len(self.batches)).backward()
            self.optimiser.step()
            self.done += 1
        return time.perf_counter() - began


class SoftmaxMse(torch.autograd.Function):
    """Σ over all cells of (softmax(z) − t)², t sparse: neither a dense target nor its difference is kept."""

    @staticmethod
    def forward(context, z, rows, items, values):
        p = torch.softmax(z, dim=1)
        context.save_for_backward(p, rows, items, values)
        return torch.linalg.vector_norm(p) ** 2 - 2 * torch.dot(p[rows, items], values) + torch.dot(values, values)

    @staticmethod
    def backward(context, slope):
        p, rows, items, values = context.saved_tensors
        difference = p.clone()
        difference[rows, items] -= values
        difference -= torch.linalg.vecdot(p, difference).unsqueeze(1)
        return difference.mul_(p).mul_(2 * slope), None, None, None


class ByHand:
    """Sparse rows into an embedding bag, loss and its gradient by sums, fused Adam."""

    def __init__(self, start, batch, threads):
        torch.set_num_threads(threads)
        self.weights = {name: torch.from_numpy(value).requires_grad_() for name, value in start.weights.items()}
        self.optimiser = torch.optim.Adam(self.weights.values(), lr=1e-3, eps=1e-7, fused=True)
        self.batches, self.cells, self.done = [], batch * start.items, 0
        for begin in range(0, start.users - batch + 1, batch):
            sparse = tuple(torch.from_numpy(array) for array in start.rows(begin, begin + batch))
            self.batches.append((torch.from_numpy(start.first[begin : begin + batch] - start.first[begin]), *sparse))

    def of_batch(self, index):
        offsets, rows, items, values = self.batches[index]
        w = self.weights
        h = functional.embedding_bag(items, w["encoder.0.weight"], offsets, mode="sum", per_sample_weights=values)
        h = functional.relu(h + w["encoder.0.bias"])
        for i in (1, 2):
            h = functional.relu(functional.linear(h, w[f"encoder.{i}.weight"], w[f"encoder.{i}.bias"]))
        return (
            SoftmaxMse.apply(functional.linear(h, w["output.weight"], w["output.bias"]), rows, items, values)
            / self.cells
        )

    first_loss, run = Dense.first_loss, Dense.run


PEERS = {
    "torch": lambda *of: Dense(*of, fused=False),
    "torch-fused": Dense,
    "torch-compile": lambda *of: Dense(*of, compiled=True),
    "torch-by-hand": ByHand,
    "torch-bf16": lambda *of: Dense(*of, bf16=True),
    "torch-bf16-compile": lambda *of: Dense(*of, bf16=True, compiled=True),
}
