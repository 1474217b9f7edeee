"""RecBole's models for peer.py: how its user trains each and asks it for people who come later, and which settings are tried. RecBole asks
its models for users of the training only; EASE and the variational autoencoders hold nothing of a user, so their weights are asked with
rows. LightGCN has a vector for each user: what goes in of the held-out users is trained on too. Needs setup/peers-recbole.txt.
"""
import pathlib
import tempfile

import numpy
import torch
from recbole.config import Config
from recbole.data import create_dataset
from recbole.data.utils import create_samplers, get_dataloader
from recbole.utils import get_model, get_trainer, init_seed


def prepared(name, train, **settings):
    folder = pathlib.Path(tempfile.mkdtemp())
    (folder / "likes").mkdir()
    pairs = "".join(f"{user}\t{item}\n" for user, item in zip(*train.nonzero()))
    (folder / "likes" / "likes.inter").write_text(f"user_id:token\titem_id:token\n{pairs}")
    config = Config(model=name, dataset="likes", config_dict={
        "data_path": str(folder), "load_col": {"inter": ["user_id", "item_id"]}, "checkpoint_dir": str(folder), "use_gpu": False,
        "eval_args": {"split": {"RS": [1, 0, 0]}, "order": "RO", "group_by": None, "mode": "full"},
        "show_progress": False, "state": "ERROR", **settings})
    init_seed(42, True)
    dataset = create_dataset(config)
    built = dataset.build()
    loader = get_dataloader(config, "train")(config, built[0], create_samplers(config, dataset, built)[0], shuffle=True)
    model = get_model(name)(config, built[0])
    items = dataset.field2id_token["item_id"][1:].astype(int)
    return config, loader, model, dataset, items


def trained(config, loader, model, epochs, every):
    """After so many epochs again and again."""
    trainer = get_trainer(config["MODEL_TYPE"], config["model"])(config, model)
    for trainer.epochs in range(every, epochs + 1, every):
        trainer.fit(loader, saved=False, verbose=False)
        trainer.start_epoch = trainer.epochs
        model.eval()
        yield


def spread_out(scores, items, width):
    answer = numpy.full((len(scores), width), -numpy.inf)
    answer[:, items] = numpy.asarray(scores)[:, 1:]
    return answer


def ease(train, regularization):
    _, _, model, _, items = prepared("EASE", train, reg_weight=regularization, train_neg_sample_args=None)
    return lambda rows: spread_out(rows[:, items] @ numpy.asarray(model.item_similarity)[1:], items, rows.shape[1])


def autoencoder(name, train, *also, epochs, every, **settings):
    config, loader, model, _, items = prepared(name, train, train_neg_sample_args=None, **settings)

    @torch.no_grad()
    def scores(rows):
        inputs = torch.zeros(rows.shape[0], len(items) + 1)
        inputs[:, 1:] = torch.from_numpy(rows[:, items].toarray())
        return spread_out(model(inputs, *also)[0], items, rows.shape[1])

    for _ in trained(config, loader, model, epochs, every):
        yield scores


def mult_vae(train, **settings):
    return autoencoder("MultiVAE", train, **settings)


def rec_vae(train, **settings):
    return autoencoder("RecVAE", train, 0.0, **settings)  # asked without dropout


def light_gcn(train, epochs, every, **settings):
    config, loader, model, dataset, items = prepared("LightGCN", train, **settings)
    place = dataset.field2token_id["user_id"]

    @torch.no_grad()
    def scores(users):
        of_user, of_item = model()
        return spread_out(of_user[[place[str(user)] for user in users]] @ of_item.T, items, train.shape[1])

    for _ in trained(config, loader, model, epochs, every):
        yield scores


MODELS = {
    "EASE": {"fit": ease, "settings": [{"regularization": value} for value in (50.0, 200.0, 800.0)]},
    "MultiVAE": {"fit": mult_vae, "settings": [
        {"epochs": 400, "every": 10, "train_batch_size": 100, "learning_rate": rate} for rate in (1e-3, 3e-3)]},
    "RecVAE": {"fit": rec_vae, "settings": [
        {"epochs": 200, "every": 10, "train_batch_size": 100, "learning_rate": 5e-4, "gamma": gamma} for gamma in (0.005, 0.01)]},
    "LightGCN": {"fit": light_gcn, "folds_in": False, "settings": [
        {"epochs": 400, "every": 10, "learning_rate": 5e-3, "n_layers": layers, "train_batch_size": 2048} for layers in (2, 3)]},
}
