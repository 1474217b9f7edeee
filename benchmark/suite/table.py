"""The table of sections: each measures one thing (`measure`), and writes its part of docs/benchmarks.md (`page_lines`) from what it
measured. `make bench` runs those that need nothing but Encore, `make bench-peers` the others."""

from sections import closed_form, epochs, instructions, latent, memory, peers, prepare, profile, recommend, roofline, scaling, step

SECTIONS = {
    section.NAME: section
    for section in (peers, latent, closed_form, step, epochs, roofline, profile, instructions, scaling, memory, prepare, recommend)
}
WITH_PEERS = ("peers", "latent", "closed_form")
