# What setup/demo-spark runs: the whole way from ratings to recommendations in a Spark session, as one would write it.
import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

sys.path.insert(0, "demo/package")  # the driver's Encore; the executors unpack theirs from the archive
from encore.spark import Autoencoder, AutoencoderModel, prepare


def step(title):
    print(f"\n== {title}\n", flush=True)


quick = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
spark = (SparkSession.builder.master("local-cluster[2,1,1024]").appName("encore demo")
         .config("spark.archives", "demo/encore.zip#encore_pkg").config("spark.executorEnv.PYTHONPATH", "encore_pkg")
         .config("spark.driver.memory", "1g").config("spark.executor.memory", "1g").config("spark.sql.shuffle.partitions", "2")
         .config("spark.sql.codegen.wholeStage", "false")  # small data: compiling each query would take longer than running it
         .config("spark.driver.extraJavaOptions", quick).config("spark.executor.extraJavaOptions", quick)
         .config("spark.ui.showConsoleProgress", "false").getOrCreate())
spark.sparkContext.setLogLevel("ERROR")

step("1. Prepare: 100,836 real ratings become a dataset, by the same SQL as on one machine")
data = prepare(spark, "data/ml-latest-small", "demo/spark-films", validation=0.1)
print({name: data.summary[name] for name in ("movies", "users", "ratings", "users_by_fold", "fingerprint")})

step("2. Train: two executors, each owns half of the films' weights")
model = Autoencoder(model="mult-dae", workers=2, maxRestarts=1).fit(data)
print(f"{model.summary}")

step("3. Evaluate: on users that it has never seen, beside plain popularity")
figures = model.evaluate(data)
print({kind: round(figures[kind]["ndcg@10"], 4) for kind in ("ranking", "popularity")}, "NDCG@10")

step("4. Recommend: for everybody; three of them")
titles = data.items.select(F.col("movieId").alias("item"), "title")
best = model.recommendForAllUsers(3).where("user IN (1, 42, 99)").selectExpr("user", "posexplode(recommendations) AS (place, best)")
best.selectExpr("user", "place + 1 AS place", "best.item", "best.rating AS score").join(titles, "item") \
    .select("user", "place", "title", "score").orderBy("user", "place").show(truncate=False)

step("5. Recommend: for somebody new, from a DataFrame of what they rated")
named = ("Rear Window (1954)", "Vertigo (1958)", "Third Man, The (1949)")
rated = titles.where(F.col("title").isin(*named)).select(F.lit(1).alias("user"), "item", F.when(
    F.col("title").startswith("Vertigo"), 4.5).otherwise(5.0).alias("rating"))
fresh = model.recommendForNewUsers(rated, 10).selectExpr("posexplode(recommendations) AS (place, best)")
fresh.selectExpr("place + 1 AS place", "best.item", "best.rating AS score").join(titles, "item") \
    .select("place", "title", "score").orderBy("place").show(truncate=False)

step("6. Save: the folder is the model, for Spark and for the command line")
model.write().overwrite().save("demo/spark.model")
print(AutoencoderModel.load("demo/spark.model").description["model"], "in demo/spark.model")
spark.stop()
