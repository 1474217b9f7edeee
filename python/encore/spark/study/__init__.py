"""The study on Spark: one configuration of `encore study`, from the ratings to a file that says what every phase took (docs/study.md).
`python -m encore.spark study` runs it. Not the plan of the configurations and not what is made of their files: the program's."""
