"""What a table of item_features tells is the same in the folder that Spark writes as in the program's; mistakes are one sentence."""

import pytest

from conftest import diseases, real_ratings, rows_of
from encore.errors import UserError


def test_tags_of_movielens(compare, movielens):
    dataset = compare.same(movielens, years=(1950, 1970), item_features=str(real_ratings / "tags.csv"))
    told = dataset.summary["item_features"]
    assert told["file"] == "tags.csv" and told["rows"] > told["items"] > 5
    features = rows_of(compare.folder / "by_spark" / "item_features.parquet")[1]
    assert "tag:alfred hitchcock" in features["feature"]


def test_weights_capitals_blanks_and_ids_of_text(compare, tmp_path):
    file = tmp_path / "known.csv"
    file.write_text('article,Keyword,Relevance\nA 1,Long Film,2.5\nA 1, long film ,3.5\nb,"a ""b"", Ünd",0\nb,x,-1\nb,  ,4\nnobody,x,1\n')
    rated = tmp_path / "r.csv"
    rated.write_text("user,article,rating\n1,A 1,5\n1,b,4\n2,b,5\n")
    compare.same(rated, item_features=str(file))
    assert rows_of(compare.folder / "by_spark" / "item_features.parquet")[1] == {
        "item": [0, 1], "feature": ["keyword:long film", "keyword:x"], "weight": [3.5, -1.0]}


def test_mistakes(spark, tmp_path):
    from encore.spark import prepare

    def refused(text):
        file = tmp_path / "known.csv"
        file.write_text(text)
        with pytest.raises(UserError) as raised:
            prepare(spark, str(diseases / "no_time.csv"), str(tmp_path / "out"), item_features=str(file))
        assert not (tmp_path / "out").exists()
        return str(raised.value)

    assert "line 3: the weight 'much' is no number" in refused("movieId,tag,weight\n10,long,2\n20,long,much\n")
    assert "one named feature or tag" in refused("movieId,what\n10,long\n")
    with pytest.raises(UserError, match="name one with output"):
        prepare(spark, str(diseases / "no_time.csv"), item_features=str(real_ratings / "tags.csv"))
