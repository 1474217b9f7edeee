# Written by setup/stubs (`make docs`) from the package and the core's tables of options: not to be changed by hand.
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeVar, overload

from pyspark.ml import Estimator, Model
from pyspark.ml.param import Param
from pyspark.sql import DataFrame, SparkSession

from encore.errors import TrainingFailed as TrainingFailed, UserError as UserError, WorkerLost as WorkerLost

Path = str | os.PathLike[str]
Source = Path | Sequence[Path] | DataFrame
Log = Callable[[str], Any]

class Dataset:
    items: DataFrame
    users: DataFrame
    ratings: DataFrame
    summary: dict[str, Any]
    path: str | None
    phases: list[dict[str, Any]]
    events: DataFrame | None
    @property
    def fingerprint(self) -> str:
        """sha256 over the sorted (userId, movieId, rating, fold), 64 hex digits."""
    @classmethod
    def read(cls, spark: SparkSession, path: Path) -> Dataset:
        """Opens a dataset folder that `prepare` here or `encore prepare` wrote, at any address that Spark reads. Raises UserError
        when it is none, or of a newer format.
        """
    def unpersist(self) -> None:
        """Gives back what a dataset without a folder keeps cached."""

def prepare(
    spark: SparkSession,
    source: Source,
    output: Path | None = None,
    *,
    events: str | None = None,
    glob: str | None = None,
    encoding: Literal['auto', 'utf-8', 'utf-16-le', 'utf-16-be', 'cp1252'] = 'auto',
    years: tuple[float, float] | str | None = None,
    where: str | None = None,
    min_item_ratings: int = 0,
    min_user_ratings: int = 0,
    scale: tuple[float, float] | str | None = None,
    liked: float | None = None,
    repeats: Literal['last', 'max', 'sum', 'count'] | None = None,
    count: Literal['plain', 'log'] = 'plain',
    implicit: bool = False,
    strict: bool = False,
    rejects: Path | None = None,
    hold_out: float = 0.2,
    validation: float = 0.0,
    split: Literal['users', 'ratings', 'time', 'user-time', 'last', 'files'] = 'users',
    protocol: Literal['liang', 'recbole', 'lightgcn', 'leave-one-out'] | None = None,
    test_ratings: Path | DataFrame | None = None,
    validation_ratings: Path | DataFrame | None = None,
    seed: int = 42,
    user_column: str = 'userId',
    item_column: str = 'movieId',
    rating_column: str = 'rating',
    count_column: str | None = None,
    no_header: bool = False,
    time_column: str = 'timestamp',
    time_unit: Literal['auto', 's', 'ms', 'us', 'ns'] = 'auto',
    no_time: bool = False,
    decimal_comma: bool = False,
    movies: Path | DataFrame | None = None,
    movies_no_header: bool = False,
    movie_id_column: str | None = None,
    item_map: str | None = None,
    item_features: str | None = None,
    title_column: str = 'title',
    genres_column: str = 'genres',
    year_column: str = 'year',
    ids: Literal['auto', 'number', 'text'] = 'auto',
    quote: Literal['double', 'none'] = 'double',
) -> Dataset:
    """Turns ratings into a dataset.

    `source`: a MovieLens folder (CSV, ML-1M or ML-100K), or any CSV, TSV, JSON lines or Parquet table of ratings, at any address that
    Spark reads, in one file (plain, gzip or bzip2), a folder of parts, or a list of files; or a DataFrame. `output`: the dataset folder to write, at any address that Spark writes; one that is there already
    is replaced. Without it the dataset lives in the session, cached.

    `settings`: the options of `encore prepare`, with its defaults: years=(1950, 1959), events (a folder that this process reads), seen (an address or a DataFrame), where="rating > 1", min_item_ratings,
    min_user_ratings, scale, liked, implicit, strict, rejects (here a folder of CSV), hold_out, validation, split, protocol, test_ratings and
    validation_ratings (addresses or DataFrames), seed, user_column,
    item_column, rating_column, count_column, repeats, time_column, time_unit, no_time, no_header, decimal_comma, movies (an address or a
    DataFrame), movies_no_header, movie_id_column, item_map, item_features, title_column, genres_column, year_column, ids, quote, encoding, glob.

    Returns a Dataset. Raises UserError for whatever the caller can mend; nothing half-written stays behind.
    """

def compare(models: Sequence[AutoencoderModel], data: Dataset, *, names: Sequence[str] | None = None, **options: Any) -> dict[str, Any]:
    """`encore compare --json` by all executors, as a dict: models on the users of one fold of a Dataset, each beside the first. names: what the
    sentences call them; options: fold, metrics, candidates, hide, seed, as on the command line. What each user adds to each metric passes
    through the driver, 16 bytes a model, user and metric.
    """

class Tuned:
    path: str
    @property
    def results(self) -> dict[str, Any]:
        """All that `encore tune --json` says; docs/json.md names the keys."""
    @property
    def winner(self) -> dict[str, Any]:
        """The best trial: its options, what it reaches, the command that makes it again."""
    @property
    def trials(self) -> list[dict[str, Any]]:
        """Every trial, in the order in which they were begun."""
    @property
    def page(self) -> str:
        """The path of the page that shows the search."""
    @property
    def model(self) -> AutoencoderModel:
        """The winner, trained, with the dataset's ratings."""

def tune(
    dataset: Dataset,
    output: Path | None = None,
    *,
    log: Log | None = None,
    port_range: str | None = None,
    models: str = 'ease,elsa,mult-dae',
    range: Sequence[str] | None = None,
    search: Literal['tpe', 'random'] = 'tpe',
    metric: str = 'ndcg@100',
    seed: int = 42,
    trials: int = 45,
    minutes: float = 10.0,
    resume: bool = False,
    workers: int | None = None,
) -> Tuned:
    """Searches the settings of one or several kinds of models on validation users by all executors: the trials and the winner that
    `encore tune` finds on one machine, bit for bit.

    dataset: a Dataset in a folder, with validation users.
    output: the driver's folder for all that is found, with the page index.html; without one it is temporary and goes with the object.
    log: gets a line for each answer of a trial; otherwise they go to the logger `encore`.
    port_range: where the driver and the winner's workers listen, "40000-40100"; any port otherwise.

    A trial is one Spark task with spark.task.cpus threads; workers says how many run at the same time: as many as the cluster runs at
    once, if nothing is said. Raises UserError; Interrupted after Ctrl-C, with all answers and checkpoints kept in `output` (go on with
    resume=True, here or by `encore tune --resume`).
    """

class Autoencoder(Estimator):
    def __init__(
        self,
        *,
        userCol: str = ...,
        itemCol: str = ...,
        ratingCol: str = ...,
        predictionCol: str = ...,
        coldStartStrategy: Literal['nan', 'drop'] = ...,
        model: Literal['auto', 'mult-dae', 'reference', 'autorec', 'mult-vae', 'recvae', 'ease', 'elsa', 'item-knn', 'blend', 'popularity'] = ...,
        hidden: Sequence[int] = ...,
        input: Literal['ratings', 'binary', 'channels'] = ...,
        normalise: bool = ...,
        dropout: float = ...,
        activation: Literal['linear', 'relu', 'tanh', 'sigmoid'] = ...,
        outputActivation: Literal['linear', 'sigmoid', 'softmax'] = ...,
        loss: Literal['mse', 'masked-mse', 'multinomial', 'binary-cross-entropy'] = ...,
        epochs: int = ...,
        batchSize: int = ...,
        negatives: int = ...,
        learningRate: float = ...,
        epsilon: float = ...,
        weightDecay: float = ...,
        seed: int = ...,
        lossAfterEpoch: bool = ...,
        patience: int = ...,
        stopOn: Literal['validation-loss', 'ndcg@100'] = ...,
        checkpointEvery: int = ...,
        parallel: Literal['items', 'users-step', 'users-epoch', 'elephas', 'async'] = ...,
        syncEvery: Literal['fit', 'epoch'] = ...,
        pushEvery: Literal['epoch', 'batch'] = ...,
        lock: bool = ...,
        blockItems: int = ...,
        device: Literal['cpu', 'reference'] = ...,
        precision: Literal['f32', 'bf16', 'auto'] = ...,
        beta: float = ...,
        anneal: int = ...,
        gamma: float = ...,
        l2: float = ...,
        denoise: float = ...,
        relax: float = ...,
        balance: float = ...,
        keep: int = ...,
        width: int = ...,
        neighbours: int = ...,
        shrink: float = ...,
        parts: str = ...,
        scale: tuple[float, float] | str = ...,
        liked: float = ...,
        implicit: bool = ...,
        validation: float = ...,
        maxIter: int = ...,
        regParam: float = ...,
        rank: int = ...,
        checkpointInterval: int = ...,
        implicitPrefs: bool = ...,
        workers: int = ...,
        portRange: str = ...,
        timeout: float = ...,
        checkpointLocation: str = ...,
        maxRestarts: int = ...,
        quiet: bool = ...,
    ) -> None: ...
    def setParams(
        self,
        *,
        userCol: str = ...,
        itemCol: str = ...,
        ratingCol: str = ...,
        predictionCol: str = ...,
        coldStartStrategy: Literal['nan', 'drop'] = ...,
        model: Literal['auto', 'mult-dae', 'reference', 'autorec', 'mult-vae', 'recvae', 'ease', 'elsa', 'item-knn', 'blend', 'popularity'] = ...,
        hidden: Sequence[int] = ...,
        input: Literal['ratings', 'binary', 'channels'] = ...,
        normalise: bool = ...,
        dropout: float = ...,
        activation: Literal['linear', 'relu', 'tanh', 'sigmoid'] = ...,
        outputActivation: Literal['linear', 'sigmoid', 'softmax'] = ...,
        loss: Literal['mse', 'masked-mse', 'multinomial', 'binary-cross-entropy'] = ...,
        epochs: int = ...,
        batchSize: int = ...,
        negatives: int = ...,
        learningRate: float = ...,
        epsilon: float = ...,
        weightDecay: float = ...,
        seed: int = ...,
        lossAfterEpoch: bool = ...,
        patience: int = ...,
        stopOn: Literal['validation-loss', 'ndcg@100'] = ...,
        checkpointEvery: int = ...,
        parallel: Literal['items', 'users-step', 'users-epoch', 'elephas', 'async'] = ...,
        syncEvery: Literal['fit', 'epoch'] = ...,
        pushEvery: Literal['epoch', 'batch'] = ...,
        lock: bool = ...,
        blockItems: int = ...,
        device: Literal['cpu', 'reference'] = ...,
        precision: Literal['f32', 'bf16', 'auto'] = ...,
        beta: float = ...,
        anneal: int = ...,
        gamma: float = ...,
        l2: float = ...,
        denoise: float = ...,
        relax: float = ...,
        balance: float = ...,
        keep: int = ...,
        width: int = ...,
        neighbours: int = ...,
        shrink: float = ...,
        parts: str = ...,
        scale: tuple[float, float] | str = ...,
        liked: float = ...,
        implicit: bool = ...,
        validation: float = ...,
        maxIter: int = ...,
        regParam: float = ...,
        rank: int = ...,
        checkpointInterval: int = ...,
        implicitPrefs: bool = ...,
        workers: int = ...,
        portRange: str = ...,
        timeout: float = ...,
        checkpointLocation: str = ...,
        maxRestarts: int = ...,
        quiet: bool = ...,
    ) -> Autoencoder: ...
    def fit(self, dataset: Dataset | DataFrame, params: Any = None) -> AutoencoderModel: ...  # type: ignore[override, unused-ignore]
    userCol: Param[Any]
    def setUserCol(self, value: str) -> Autoencoder:
        """The column of the users' ids."""
    def getUserCol(self) -> str: ...
    itemCol: Param[Any]
    def setItemCol(self, value: str) -> Autoencoder:
        """The column of the items' ids."""
    def getItemCol(self) -> str: ...
    ratingCol: Param[Any]
    def setRatingCol(self, value: str) -> Autoencoder:
        """The column of the ratings; ignored where every row counts as 1."""
    def getRatingCol(self) -> str: ...
    predictionCol: Param[Any]
    def setPredictionCol(self, value: str) -> Autoencoder:
        """The column that transform adds."""
    def getPredictionCol(self) -> str: ...
    coldStartStrategy: Param[Any]
    def setColdStartStrategy(self, value: Literal['nan', 'drop']) -> Autoencoder:
        """What transform does with users and items that it does not know: a prediction of NaN, or the row dropped."""
    def getColdStartStrategy(self) -> Literal['nan', 'drop']: ...
    model: Param[Any]
    def setModel(self, value: Literal['auto', 'mult-dae', 'reference', 'autorec', 'mult-vae', 'recvae', 'ease', 'elsa', 'item-knn', 'blend', 'popularity']) -> Autoencoder:
        """What kind of model; docs/models.md says what each of them is. auto: ease, elsa above 25,000 films or where the memory is too small for ease, and another one where options are given that these do not know."""
    def getModel(self) -> Literal['auto', 'mult-dae', 'reference', 'autorec', 'mult-vae', 'recvae', 'ease', 'elsa', 'item-knn', 'blend', 'popularity']: ...
    hidden: Param[Any]
    def setHidden(self, value: Sequence[int]) -> Autoencoder:
        """Widths of the hidden layers."""
    def getHidden(self) -> Sequence[int]: ...
    input: Param[Any]
    def setInput(self, value: Literal['ratings', 'binary', 'channels']) -> Autoencoder:
        """What goes in: ratings divided by the scale's maximum, 1 for each liked film, or channels: that, and apart from it what was seen or disliked."""
    def getInput(self) -> Literal['ratings', 'binary', 'channels']: ...
    normalise: Param[Any]
    def setNormalise(self, value: bool) -> Autoencoder:
        """Divide each user's input by its length."""
    def getNormalise(self) -> bool: ...
    dropout: Param[Any]
    def setDropout(self, value: float) -> Autoencoder:
        """Share of the input that is hidden in training."""
    def getDropout(self) -> float: ...
    activation: Param[Any]
    def setActivation(self, value: Literal['linear', 'relu', 'tanh', 'sigmoid']) -> Autoencoder:
        """Activation of the hidden layers."""
    def getActivation(self) -> Literal['linear', 'relu', 'tanh', 'sigmoid']: ...
    outputActivation: Param[Any]
    def setOutputActivation(self, value: Literal['linear', 'sigmoid', 'softmax']) -> Autoencoder:
        """Activation of the output layer."""
    def getOutputActivation(self) -> Literal['linear', 'sigmoid', 'softmax']: ...
    loss: Param[Any]
    def setLoss(self, value: Literal['mse', 'masked-mse', 'multinomial', 'binary-cross-entropy']) -> Autoencoder:
        """What is minimised; not every loss goes with every output."""
    def getLoss(self) -> Literal['mse', 'masked-mse', 'multinomial', 'binary-cross-entropy']: ...
    epochs: Param[Any]
    def setEpochs(self, value: int) -> Autoencoder:
        """Passes over the training users, at most."""
    def getEpochs(self) -> int: ...
    batchSize: Param[Any]
    def setBatchSize(self, value: int) -> Autoencoder:
        """Users in one step."""
    def getBatchSize(self) -> int: ...
    negatives: Param[Any]
    def setNegatives(self, value: int) -> Autoencoder:
        """Train on a sampled softmax: in each step over about N films, drawn half evenly and half by popularity, not over the catalogue. For catalogues of hundreds of thousands of films."""
    def getNegatives(self) -> int: ...
    learningRate: Param[Any]
    def setLearningRate(self, value: float) -> Autoencoder:
        """Adam's step size."""
    def getLearningRate(self) -> float: ...
    epsilon: Param[Any]
    def setEpsilon(self, value: float) -> Autoencoder:
        """Adam's ε, outside the root as in Keras."""
    def getEpsilon(self) -> float: ...
    weightDecay: Param[Any]
    def setWeightDecay(self, value: float) -> Autoencoder:
        """λ of L2 on the weights: gradient + 2λ·weight."""
    def getWeightDecay(self) -> float: ...
    seed: Param[Any]
    def setSeed(self, value: int) -> Autoencoder:
        """Decides initial weights, order of users and dropout."""
    def getSeed(self) -> int: ...
    lossAfterEpoch: Param[Any]
    def setLossAfterEpoch(self, value: bool) -> Autoencoder:
        """Measure the training loss with a full pass after each epoch, not as the running mean."""
    def getLossAfterEpoch(self) -> bool: ...
    patience: Param[Any]
    def setPatience(self, value: int) -> Autoencoder:
        """Stop after this many rounds without improvement on validation users; a round is an epoch, or on small data as many as make 50 steps. 0: all epochs. The best epoch is kept."""
    def getPatience(self) -> int: ...
    stopOn: Param[Any]
    def setStopOn(self, value: Literal['validation-loss', 'ndcg@100']) -> Autoencoder:
        """What has to improve on validation users, and the best epoch is the best of."""
    def getStopOn(self) -> Literal['validation-loss', 'ndcg@100']: ...
    checkpointEvery: Param[Any]
    def setCheckpointEvery(self, value: int) -> Autoencoder:
        """Write a checkpoint after every N epochs; 0: only when stopped with Ctrl-C."""
    def getCheckpointEvery(self) -> int: ...
    parallel: Param[Any]
    def setParallel(self, value: Literal['items', 'users-step', 'users-epoch', 'elephas', 'async']) -> Autoencoder:
        """How ranks share the work; see docs/parallel.md."""
    def getParallel(self) -> Literal['items', 'users-step', 'users-epoch', 'elephas', 'async']: ...
    syncEvery: Param[Any]
    def setSyncEvery(self, value: Literal['fit', 'epoch']) -> Autoencoder:
        """With --parallel elephas: one average a fit or an epoch."""
    def getSyncEvery(self) -> Literal['fit', 'epoch']: ...
    pushEvery: Param[Any]
    def setPushEvery(self, value: Literal['epoch', 'batch']) -> Autoencoder:
        """With --parallel async: how often workers push their change."""
    def getPushEvery(self) -> Literal['epoch', 'batch']: ...
    lock: Param[Any]
    def setLock(self, value: bool) -> Autoencoder:
        """With --parallel async: one worker at a time pulls or pushes."""
    def getLock(self) -> bool: ...
    blockItems: Param[Any]
    def setBlockItems(self, value: int) -> Autoencoder:
        """Films in a block; it fixes the order of all sums, so another size gives other bits."""
    def getBlockItems(self) -> int: ...
    device: Param[Any]
    def setDevice(self, value: Literal['cpu', 'reference']) -> Autoencoder:
        """The kernels to compute with; `reference` is plain and slow."""
    def getDevice(self) -> Literal['cpu', 'reference']: ...
    precision: Param[Any]
    def setPrecision(self, value: Literal['f32', 'bf16', 'auto']) -> Autoencoder:
        """How the output layer multiplies: bf16 rounds what goes into its products, and nothing else; auto takes bf16 where this processor is faster with it, else f32."""
    def getPrecision(self) -> Literal['f32', 'bf16', 'auto']: ...
    beta: Param[Any]
    def setBeta(self, value: float) -> Autoencoder:
        """Weight of the divergence from N(0, 1) in the loss, once it is annealed. For mult-vae."""
    def getBeta(self) -> float: ...
    anneal: Param[Any]
    def setAnneal(self, value: int) -> Autoencoder:
        """Steps in which that weight grows from 0, evenly. For mult-vae."""
    def getAnneal(self) -> int: ...
    gamma: Param[Any]
    def setGamma(self, value: float) -> Autoencoder:
        """Weight of the divergence from the prior in the loss, for each liked film of a user. For recvae."""
    def getGamma(self) -> float: ...
    l2: Param[Any]
    def setL2(self, value: float) -> Autoencoder:
        """λ: how strongly weights are drawn to zero. For ease."""
    def getL2(self) -> float: ...
    denoise: Param[Any]
    def setDenoise(self, value: float) -> Autoencoder:
        """Share of each user's likes that is left out of the input, in expectation (EDLAE). For ease."""
    def getDenoise(self) -> float: ...
    relax: Param[Any]
    def setRelax(self, value: float) -> Autoencoder:
        """How far the diagonal may rise above 0 while weights are computed (RDLAE). For ease."""
    def getRelax(self) -> float: ...
    balance: Param[Any]
    def setBalance(self, value: float) -> Autoencoder:
        """Users count less the more they like: as (likes ÷ mean)^−B; at 0 all count alike. For ease, item-knn."""
    def getBalance(self) -> float: ...
    keep: Param[Any]
    def setKeep(self, value: int) -> Autoencoder:
        """Only the N largest weights of each film are stored; 0: all, films² · 4 bytes. For ease."""
    def getKeep(self) -> int: ...
    width: Param[Any]
    def setWidth(self, value: int) -> Autoencoder:
        """Length of the films' vectors. For elsa."""
    def getWidth(self) -> int: ...
    neighbours: Param[Any]
    def setNeighbours(self, value: int) -> Autoencoder:
        """How many neighbours of each film are kept. For item-knn."""
    def getNeighbours(self) -> int: ...
    shrink: Param[Any]
    def setShrink(self, value: float) -> Autoencoder:
        """Added to the divisor of each cosine, against neighbours that few users made. For item-knn."""
    def getShrink(self) -> float: ...
    parts: Param[Any]
    def setParts(self, value: str) -> Autoencoder:
        """The kinds of models that are blended. For blend."""
    def getParts(self) -> str: ...
    scale: Param[Any]
    def setScale(self, value: tuple[float, float] | str) -> Autoencoder:
        """The scale of the ratings, such as 1-10 or -10-10; others are rejected, and values become rating / MAX."""
    def getScale(self) -> tuple[float, float] | str: ...
    liked: Param[Any]
    def setLiked(self, value: float) -> Autoencoder:
        """A rating of at least this counts as liked."""
    def getLiked(self) -> float: ...
    implicit: Param[Any]
    def setImplicit(self, value: bool) -> Autoencoder:
        """Every row counts as 1, whatever its rating; a file without ratings needs this."""
    def getImplicit(self) -> bool: ...
    validation: Param[Any]
    def setValidation(self, value: float) -> Autoencoder:
        """The same for validation, by which settings are chosen."""
    def getValidation(self) -> float: ...
    maxIter: Param[Any]
    def setMaxIter(self, value: int) -> Autoencoder:
        """As in ALS: Passes over the training users, at most. The same as epochs."""
    def getMaxIter(self) -> int: ...
    regParam: Param[Any]
    def setRegParam(self, value: float) -> Autoencoder:
        """As in ALS: λ of L2 on the weights: gradient + 2λ·weight. The same as weightDecay."""
    def getRegParam(self) -> float: ...
    rank: Param[Any]
    def setRank(self, value: int) -> Autoencoder:
        """As in ALS: Widths of the hidden layers. The same as hidden."""
    def getRank(self) -> int: ...
    checkpointInterval: Param[Any]
    def setCheckpointInterval(self, value: int) -> Autoencoder:
        """As in ALS: Write a checkpoint after every N epochs; 0: only when stopped with Ctrl-C. The same as checkpointEvery."""
    def getCheckpointInterval(self) -> int: ...
    implicitPrefs: Param[Any]
    def setImplicitPrefs(self, value: bool) -> Autoencoder:
        """As in ALS: every row counts as 1, whatever its rating. The same as implicit."""
    def getImplicitPrefs(self) -> bool: ...
    workers: Param[Any]
    def setWorkers(self, value: int) -> Autoencoder:
        """How many Spark tasks train together, each with spark.task.cpus threads; not set: as many as run at once."""
    def getWorkers(self) -> int: ...
    portRange: Param[Any]
    def setPortRange(self, value: str) -> Autoencoder:
        """Ports on which workers (and the driver) listen, such as '40000-40100'; not set: any."""
    def getPortRange(self) -> str: ...
    timeout: Param[Any]
    def setTimeout(self, value: float) -> Autoencoder:
        """Seconds without a word from a worker after which it counts as lost."""
    def getTimeout(self) -> float: ...
    checkpointLocation: Param[Any]
    def setCheckpointLocation(self, value: str) -> Autoencoder:
        """A folder that all workers reach, or 'driver': checkpoints travel to the driver."""
    def getCheckpointLocation(self) -> str: ...
    maxRestarts: Param[Any]
    def setMaxRestarts(self, value: int) -> Autoencoder:
        """How often a training that lost a worker starts again from its last checkpoint."""
    def getMaxRestarts(self) -> int: ...
    quiet: Param[Any]
    def setQuiet(self, value: bool) -> Autoencoder:
        """No line for each epoch on the driver's standard error."""
    def getQuiet(self) -> bool: ...

class AutoencoderModel(Model):
    history: list[dict[str, Any]]
    summary: dict[str, Any]
    dataset: Dataset | DataFrame | None
    @classmethod
    def load(cls, path: str) -> AutoencoderModel: ...
    def save(self, path: str) -> None: ...
    def transform(self, dataset: Dataset | DataFrame, params: Any = None) -> DataFrame: ...  # type: ignore[override, unused-ignore]
    @property
    def folder(self) -> str:
        ...
    @property
    def description(self) -> dict[str, Any]:
        """What the model is: model, items, scale, predicts_ratings, score (what a prediction says), dataset_fingerprint, config …"""
    def write(self) -> Any:
        ...
    @classmethod
    def read(cls) -> Any:
        ...
    def setDataset(self, data: Dataset | DataFrame) -> AutoencoderModel:
        """Whose ratings go in: a Dataset, or a DataFrame of ratings with userCol, itemCol and ratingCol. The model itself comes back.
        Raises UserError for a DataFrame with rows that cannot be used.
        """
    def recommendForAllUsers(self, numItems: int) -> DataFrame:
        """The numItems best items that each user has not rated, best first: userCol, recommendations array<struct<itemCol, rating>>."""
    def recommendForUserSubset(self, dataset: DataFrame, numItems: int) -> DataFrame:
        """The same for the users in a DataFrame's userCol; those that the fit did not know are left out, as in ALS."""
    def recommendForNewUsers(self, ratings: DataFrame, numItems: int, seen: DataFrame | None = None) -> DataFrame:
        """The same for anybody, from a DataFrame of their ratings (userCol, itemCol, ratingCol). Items that the model does not know are
        left out; somebody of whom it then knows nothing gets the items with the most ratings, which their `rating` counts. seen: what
        they have seen without rating it (userCol, itemCol): no answer, and no taste; whoever is in it alone is answered, too. Raises
        UserError for rows that cannot be used.
        """
    def write_recommendations(self, output: str, **options: Any) -> None:
        """`encore recommend --all` for the users of the Dataset whose ratings go in (setDataset): a folder of Parquet where the name ends
        in .parquet, else of CSV, with userId, rank, movieId, title, year and score by user and rank. options: count, where,
        include_seen, explore, seed.
        """
    def evaluate(self, data: Dataset, **options: Any) -> dict[str, Any]:
        """The figures of `encore evaluate --json` on a Dataset, as a dict, computed by the executors. options: those of the command line;
        per_user is the address of a folder of Parquet.
        """
    userCol: Param[Any]
    def setUserCol(self, value: str) -> AutoencoderModel:
        """The column of the users' ids."""
    def getUserCol(self) -> str: ...
    itemCol: Param[Any]
    def setItemCol(self, value: str) -> AutoencoderModel:
        """The column of the items' ids."""
    def getItemCol(self) -> str: ...
    ratingCol: Param[Any]
    def setRatingCol(self, value: str) -> AutoencoderModel:
        """The column of the ratings; ignored where every row counts as 1."""
    def getRatingCol(self) -> str: ...
    predictionCol: Param[Any]
    def setPredictionCol(self, value: str) -> AutoencoderModel:
        """The column that transform adds."""
    def getPredictionCol(self) -> str: ...
    coldStartStrategy: Param[Any]
    def setColdStartStrategy(self, value: Literal['nan', 'drop']) -> AutoencoderModel:
        """What transform does with users and items that it does not know: a prediction of NaN, or the row dropped."""
    def getColdStartStrategy(self) -> Literal['nan', 'drop']: ...
