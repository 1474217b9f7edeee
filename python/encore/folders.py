"""Folders that Encore's objects stand for, given by the caller or temporary. Not what is in them."""

import os
import shutil
import tempfile
import weakref


class Folder:
    """A path that `os.fspath` takes, so that the object itself goes wherever a path goes. Without a path of the caller's the folder is
    temporary and goes with the object."""

    called = "the folder"  # what messages call a temporary one
    _finalizer = None

    def __init__(self, path):
        self._path = os.fspath(path)

    @property
    def is_temporary(self) -> bool:
        """Whether the folder goes with this object."""
        return self._finalizer is not None

    @property
    def path(self) -> str:
        return self._path

    def __fspath__(self) -> str:
        return self._path

    def _files(self):
        """What is in the folder, for a pickle: {name: bytes}."""
        files = {}
        for folder, _, names in os.walk(self._path):
            for name in names:
                path = os.path.join(folder, name)
                with open(path, "rb") as file:
                    files[os.path.relpath(path, self._path)] = file.read()
        return files

    def _keep_only_while_used(self, folder):
        self._finalizer = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)


class Place:
    """Where to write: `output`, or, without one, a temporary folder, which goes with the object that it is handed to, or at once when
    nothing comes about."""

    def __init__(self, output, name):
        self._temporary = tempfile.mkdtemp(prefix="encore-") if output is None else None
        self.path = os.path.join(self._temporary, name) if output is None else os.fspath(output)

    def handed_to(self, owner):
        if self._temporary:
            owner._keep_only_while_used(self._temporary)
        return owner

    def __enter__(self):
        return self

    def __exit__(self, failure, *_):
        if failure and self._temporary:
            shutil.rmtree(self._temporary, ignore_errors=True)


def unpacked(kind, files, *arguments):
    """What a pickle carried, as a `kind` in a temporary folder of its own."""
    with Place(None, "unpacked") as place:
        for name, content in files.items():
            path = os.path.join(place.path, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(content)
        return place.handed_to(kind(place.path, *arguments))
