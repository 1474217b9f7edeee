"""Folders that Encore's objects stand for, given by the caller or temporary. Not what is in them."""

import os
import shutil
import tempfile
import weakref


class Folder:
    """A path that `os.fspath` takes, so that the object itself goes wherever a path goes. Without a path of the caller's the folder is
    temporary and goes with the object."""

    def __init__(self, path):
        self._path = os.fspath(path)

    @property
    def path(self):
        return self._path

    def __fspath__(self):
        return self._path

    def __reduce__(self):
        return type(self), (self._path,)

    def _keep_only_while_used(self, folder):
        self._finalizer = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)


def place_for(output, name):
    """(where to write, the temporary folder around it or None)"""
    if output is not None:
        return os.fspath(output), None
    folder = tempfile.mkdtemp(prefix="encore-")
    return os.path.join(folder, name), folder
