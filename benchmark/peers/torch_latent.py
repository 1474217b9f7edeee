"""mult-vae, RecVAE and ELSA in PyTorch as one writes them: dense batches that lie ready, nn.Linear, fused Adam (of NAdam there is no fused
one); eager and compiled. Only the shapes are Encore's: what is compared is time, so weights and draws are torch's own."""

import time

import torch
from torch.nn import functional

VERSION = f"PyTorch {torch.__version__}"


class MultVae(torch.nn.Module):
    def __init__(self, items, hidden=600, latent=200):
        super().__init__()
        self.first, self.heads = torch.nn.Linear(items, hidden), torch.nn.Linear(hidden, 2 * latent)
        self.back, self.output = torch.nn.Linear(latent, hidden), torch.nn.Linear(hidden, items)

    def forward(self, x):
        h = functional.dropout(functional.normalize(x), 0.5)
        mean, log_variance = self.heads(torch.tanh(self.first(h))).chunk(2, dim=1)
        z = mean + torch.exp(log_variance / 2) * torch.randn_like(mean)
        likelihood = (functional.log_softmax(self.output(torch.tanh(self.back(z))), dim=1) * x).sum(dim=1)
        divergence = 0.5 * (torch.exp(log_variance) + mean**2 - 1 - log_variance).sum(dim=1)
        return (0.2 * divergence - likelihood).mean()


class Encoder(torch.nn.Module):
    def __init__(self, items, hidden=600, latent=200):
        super().__init__()
        widths = [items] + [hidden] * 4
        self.dense = torch.nn.ModuleList(torch.nn.Linear(width, hidden) for width in widths)
        self.norms = torch.nn.ModuleList(torch.nn.LayerNorm(hidden, eps=0.1) for _ in widths)
        self.heads = torch.nn.Linear(hidden, 2 * latent)

    def forward(self, x, dropout):
        h, behind = functional.dropout(functional.normalize(x), dropout), 0
        for dense, norm in zip(self.dense, self.norms):
            h = norm(functional.silu(dense(h) + behind))
            behind = behind + h
        return self.heads(h).chunk(2, dim=1)


def log_normal(z, mean, log_variance):
    return -0.5 * (log_variance + 1.8378770664093453 + (z - mean) ** 2 * torch.exp(-log_variance))


class RecVae(torch.nn.Module):
    def __init__(self, items, latent=200):
        super().__init__()
        self.encoder, self.before = Encoder(items), Encoder(items).requires_grad_(False)
        self.output = torch.nn.Linear(latent, items)

    def forward(self, x, dropout):
        mean, log_variance = self.encoder(x, dropout)
        z = mean + torch.exp(log_variance / 2) * torch.randn_like(mean)
        with torch.no_grad():
            old_mean, old_log_variance = self.before(x, 0.0)
        zero = torch.zeros(())
        parts = (log_normal(z, zero, zero) - 1.897, log_normal(z, old_mean, old_log_variance) - 0.288, log_normal(z, zero, zero + 10) - 2.303)
        prior = torch.logsumexp(torch.stack(parts), dim=0)
        divergence = (log_normal(z, mean, log_variance) - prior).sum(dim=1)
        likelihood = (functional.log_softmax(self.output(z), dim=1) * x).sum(dim=1)
        return (0.005 * x.sum(dim=1) * divergence - likelihood).mean()


class Elsa(torch.nn.Module):
    """As its authors have published it: rows of unit length, mean squared error between rows of unit length."""

    def __init__(self, items, width=512):
        super().__init__()
        self.rows = torch.nn.Parameter(torch.nn.init.xavier_uniform_(torch.empty(items, width)))

    def forward(self, x):
        rows = functional.normalize(self.rows, dim=1)
        y = functional.dropout(x, 0.5)
        return functional.mse_loss(functional.normalize(y @ rows @ rows.T - y), functional.normalize(x))


class Contest:
    """Steps of one of them; of RecVae three for the encoder and one for the decoder each time."""

    def __init__(self, start, batch, threads, model, compiled):
        torch.set_num_threads(threads)
        self.model = model(start.items)
        adam = lambda parameters: torch.optim.Adam(parameters, lr=5e-4, fused=True)
        if model is RecVae:
            encoder = (adam(self.model.encoder.parameters()), 0.5, self.model.output)
            self.turns = [encoder] * 3 + [(adam(self.model.output.parameters()), 0.0, self.model.encoder)]
        else:
            optimiser = torch.optim.NAdam(self.model.parameters(), lr=0.1) if model is Elsa else adam(self.model.parameters())
            self.turns = [(optimiser, None, None)]
        self.loss = torch.compile(self.model, dynamic=False) if compiled else self.model
        self.batches = [torch.from_numpy(start.dense(i, i + batch)) for i in range(0, start.users - batch + 1, batch)]
        self.done = 0

    def first_loss(self):
        return None

    def run(self, steps):
        began = time.perf_counter()
        for _ in range(steps):
            x = self.batches[self.done % len(self.batches)]
            for optimiser, dropout, still in self.turns:
                if still is not None:
                    self.model.requires_grad_(True)
                    self.model.before.requires_grad_(False)
                    still.requires_grad_(False)
                optimiser.zero_grad()
                (self.loss(x) if dropout is None else self.loss(x, dropout)).backward()
                optimiser.step()
            self.done += 1
        return time.perf_counter() - began


PEERS = {
    "mult-vae-eager": lambda *of: Contest(*of, MultVae, False),
    "mult-vae-compile": lambda *of: Contest(*of, MultVae, True),
    "recvae-eager": lambda *of: Contest(*of, RecVae, False),
    "recvae-compile": lambda *of: Contest(*of, RecVae, True),
    "elsa-eager": lambda *of: Contest(*of, Elsa, False),
    "elsa-compile": lambda *of: Contest(*of, Elsa, True),
}
