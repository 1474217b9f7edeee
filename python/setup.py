"""What pyproject.toml cannot say: the version, and that the wheel holds libraries for one processor but for every Python 3. Run by
setup/wheel, in a folder where the libraries are; a bare checkout has none."""

import os
import pathlib

from setuptools import Distribution, setup

try:
    from setuptools.command.bdist_wheel import bdist_wheel
except ImportError:  # setuptools before 70.1
    from wheel.bdist_wheel import bdist_wheel

here = pathlib.Path(__file__).resolve().parent
if not (here / "encore" / "libencore.so").exists():
    raise SystemExit("encore/libencore.so is missing: `make wheel` in the root of the repository builds the core and then this package")


class WithLibraries(Distribution):
    def has_ext_modules(self):
        """So that the modules stand at the root of the wheel, which unpacked is a folder for PYTHONPATH."""
        return True


class Wheel(bdist_wheel):
    def get_tag(self):
        return "py3", "none", os.environ["ENCORE_WHEEL_PLATFORM"]


setup(distclass=WithLibraries, version=os.environ["ENCORE_WHEEL_VERSION"], cmdclass={"bdist_wheel": Wheel})
