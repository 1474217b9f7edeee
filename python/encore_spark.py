"""For spark-submit: `spark-submit encore_spark.py train …` runs `python -m encore.spark train …`. Nothing else."""

import sys

from encore.spark.__main__ import main

sys.exit(main())
