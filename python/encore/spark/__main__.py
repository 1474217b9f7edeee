"""`python -m encore.spark prepare|train|evaluate|compare|tune|recommend …`, also for spark-submit: the commands of `encore` with its options, run
by Spark, and `study`, one configuration of `encore study`. Each one is a few calls of encore.spark; nothing is decided here."""

import os
import sys

from encore.errors import UserError
from encore.spark import arguments
from encore.spark.params import camel
from encore.spark.study import command as study


def main(words=None):
    """Runs one command; the exit code: 0 done, 2 a mistake that the caller can mend, 130 after Ctrl-C, 1 anything else."""
    said = arguments.parsed(sys.argv[1:] if words is None else words)
    if said.command == "study":  # its sessions are its own: one for each configuration
        return study.run(said)
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.appName(f"encore {said.command}").getOrCreate()
    try:
        {"prepare": prepare, "train": train, "evaluate": evaluate, "compare": compare, "tune": tune,
         "recommend": recommend}[said.command](spark, said)
        return 0
    except UserError as error:
        print(f"encore.spark {said.command}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except RuntimeError as error:
        print(f"encore.spark {said.command}: {error}", file=sys.stderr)
        return 1
    finally:
        spark.stop()


def prepare(spark, said):
    from encore.spark import prepare as prepare_dataset

    source = [said.source, *said.more] if getattr(said, "more", None) else said.source
    data = prepare_dataset(spark, source, said.output, **arguments.options_of(said, ("source", "more", "output")))
    summary = data.summary
    arguments.answer(said, {**summary, "phases": data.phases},
                     f"{said.output} is ready: {summary['movies']} items, {summary['users']} users, {summary['ratings']} ratings")


def train(spark, said):
    from encore.spark import Autoencoder, Dataset

    given = {camel(name): value for name, value in arguments.options_of(said, ("dataset", "output")).items()}
    model = Autoencoder(quiet=said.quiet, **given).fit(Dataset.read(spark, said.dataset))
    model.write().overwrite().save(said.output)
    last = model.history[-1] if model.history else {}
    arguments.answer(said, {"epochs": model.history, "steps": last.get("steps"), **model.summary},
                     f"{said.output} is ready ({model.summary['seconds']:.1f} s, {model.summary['workers']} workers)")


def evaluate(spark, said):
    from encore.spark import AutoencoderModel, Dataset

    model = AutoencoderModel.load(said.model)
    figures = model.evaluate(Dataset.read(spark, said.dataset), **arguments.options_of(said, ("model", "dataset")))
    arguments.answer(said, figures, _lines(figures))


def compare(spark, said):
    from encore.spark import AutoencoderModel, Dataset
    from encore.spark import compare as compare_models

    *models, dataset = said.folders if len(said.folders) > 1 else ("", "")
    if len(models) < 2:
        raise UserError("compare needs two models or more and their dataset: compare A.model B.model DATASET")
    opened = [AutoencoderModel.load(model) for model in models]
    found = compare_models(opened, Dataset.read(spark, dataset), names=models, **arguments.options_of(said, ("folders",)))
    arguments.answer(said, found, "\n".join(one["sentence"] for one in found["comparisons"]))


def tune(spark, said):
    from encore.spark import Dataset
    from encore.spark import tune as search

    def log(line):
        if not said.quiet:
            print(line, file=sys.stderr, flush=True)

    found = search(Dataset.read(spark, said.dataset), said.output, log=log, **arguments.options_of(said, ("dataset", "output")))
    winner = found.winner
    arguments.answer(said, found.results, f"{os.path.join(said.output, 'winner')} is ready: the best of {len(found.trials)} trials, "
                                          f"{found.results['metric']} {winner['value']:.4f}\n  {winner['command']}")


def recommend(spark, said):
    from encore.spark import AutoencoderModel, Dataset

    model = AutoencoderModel.load(said.model)
    if not getattr(said, "all", False):  # one person: nothing to distribute
        _recommend_here(model, said)
        return
    if not hasattr(said, "output") or not hasattr(said, "dataset"):
        raise UserError("recommend --all needs --dataset DATASET and -o FOLDER")
    given = arguments.options_of(said, ("model", "all", "dataset", "output"))
    model.dataset = Dataset.read(spark, said.dataset)
    model.write_recommendations(said.output, **given)
    arguments.answer(said, {"output": said.output}, f"{said.output} is ready")


def _recommend_here(model, said):
    from encore import _full

    words = ["recommend", model.folder]
    for name, value in arguments.options_of(said, ("model",)).items():
        option = "--" + name.replace("_", "-")
        for one in value if isinstance(value, list) else [value]:
            words += [option] if one is True else [option, str(one)]
    found = _full.command([*words, "--json", "--quiet"])
    lines = [f"{film['score']:8.4f}  {film['title']}" for user in found["users"] for film in user["items"]]
    arguments.answer(said, found, "\n".join(lines))


def _lines(figures, indent=""):
    if "slices" in figures:
        figures = {**{name: value for name, value in figures.items() if name != "slices"},
                   **{one["slice"]: {"ranking": one["ranking"], "popularity": one["popularity"]} for one in figures["slices"]}}
    return "\n".join(f"{indent}{name}\n" + _lines(value, indent + "  ") if isinstance(value, dict) else f"{indent}{name}: {value}"
                     for name, value in figures.items())


if __name__ == "__main__":
    sys.exit(main())
