#!/usr/bin/env python3
"""One peer of the contest of steps: contest.py NAME START-FOLDER BATCH THREADS. Answers each line of standard input, a number of steps, with
their seconds, as `bench_engine step` does; says its version and its first loss when it is ready. benchmark/sections/peers.py calls it.
"""

import importlib
import json
import sys

from start import Start


def main():
    name, folder, batch, threads = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    module = "keras_network" if name == "keras" else "torch_latent" if "vae" in name or "elsa" in name else "torch_network"
    network = importlib.import_module(module)
    peer = network.PEERS[name](Start(folder), batch, threads)
    print(json.dumps({"ready": True, "version": network.VERSION, "loss": peer.first_loss()}), flush=True)
    for line in sys.stdin:
        print(json.dumps({"seconds": peer.run(int(line))}), flush=True)


if __name__ == "__main__":
    main()
