"""Where checkpoint files lie: below a URI that all workers reach, or with the driver. Names and bytes; not what they mean
(checkpoints.py)."""

import io
import re
import uuid
from contextlib import suppress

from encore.errors import UserError

CHUNK = 4 << 20
_name = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*(?:/[a-z0-9]+(?:[-.][a-z0-9]+)*){0,2}$")


class UriStore:
    """Files below a URI or path, through pyarrow's file systems. A file appears whole or not at all."""

    def __init__(self, location):
        """Raises UserError when the location cannot be used."""
        from pyarrow import fs

        self.location = location
        try:
            if "://" in location or location.startswith("file:"):
                self._system, self._base = fs.FileSystem.from_uri(re.sub(r"^s3[an]://", "s3://", location))
            else:
                self._system, self._base = fs.LocalFileSystem(), location
            self._base = self._base.rstrip("/")
        except Exception as error:
            raise UserError(f"checkpointLocation {location} cannot be used here ({error}); name a folder that all workers reach, or "
                            "'driver' to send checkpoints to the driver") from error

    def names(self):
        from pyarrow import fs

        found = self._system.get_file_info(fs.FileSelector(self._base, allow_not_found=True, recursive=True))
        return sorted(file.path[len(self._base) + 1:] for file in found if file.is_file and not file.path.endswith(".part"))

    def put(self, name, source):
        """`source`: a file open for reading."""
        place = f"{self._base}/{_checked(name)}"
        self._system.create_dir(place.rpartition("/")[0], recursive=True)
        aside = f"{place}.{uuid.uuid4().hex}.part"
        try:
            with self._system.open_output_stream(aside) as stream:
                while chunk := source.read(CHUNK):
                    stream.write(chunk)
            self._system.move(aside, place)
        except BaseException:
            with suppress(OSError):
                self._system.delete_file(aside)
            raise

    def read(self, name, offset=0, size=None):
        with self._system.open_input_file(f"{self._base}/{_checked(name)}") as file:
            file.seek(min(offset, file.size()))
            return file.read(size)

    def fetch(self, name, path):
        with self._system.open_input_stream(f"{self._base}/{_checked(name)}") as stream, open(path, "wb") as file:
            while chunk := stream.read(CHUNK):
                file.write(chunk)

    def remove(self, names):
        for name in names:
            with suppress(FileNotFoundError):
                self._system.delete_file(f"{self._base}/{_checked(name)}")

    def remove_all(self):
        with suppress(FileNotFoundError):
            self._system.delete_dir(self._base)


class LinkStore:
    """Files that the driver keeps, over a worker's link."""

    location = "driver"

    def __init__(self, link):
        self._link = link

    def _ask(self, body=b"", **message):
        answer, content = self._link.ask({"kind": "store", **message}, body)
        if "error" in answer:
            raise OSError(f"the driver cannot keep checkpoints: {answer['error']}")
        return answer, content

    def names(self):
        return self._ask(do="names")[0]["names"]

    def put(self, name, source):
        upload, offset = uuid.uuid4().hex, 0
        while chunk := source.read(CHUNK):
            self._ask(chunk, do="append", upload=upload, offset=offset)
            offset += len(chunk)
        self._ask(do="put", upload=upload, offset=offset, name=name)

    def read(self, name, offset=0, size=None):
        if size is None:
            return b"".join(self._chunks(name))
        return self._ask(do="read", name=name, offset=offset, size=size)[1]

    def fetch(self, name, path):
        with open(path, "wb") as file:
            for chunk in self._chunks(name):
                file.write(chunk)

    def _chunks(self, name):
        offset = 0
        while chunk := self.read(name, offset, CHUNK):
            yield chunk
            offset += len(chunk)

    def remove(self, names):
        self._ask(do="remove", names=list(names))


class KeptForWorkers:
    """The driver's side of LinkStore: answers with a folder of the driver's own, `folder`."""

    def __init__(self, folder):
        self._store = UriStore(str(folder))
        self._uploads = {}

    def answer(self, message, body):
        """(answer, bytes); a failure is an answer too."""
        try:
            return getattr(self, "_" + message["do"])(message, body)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            return {"error": str(error) or type(error).__name__}, b""

    def _names(self, _message, _body):
        return {"names": self._store.names()}, b""

    def _append(self, message, body):
        upload = self._uploads.setdefault(message["upload"], io.BytesIO())
        upload.seek(message["offset"])
        upload.write(body)
        return {}, b""

    def _put(self, message, _body):
        upload = self._uploads.pop(message["upload"], io.BytesIO())
        upload.seek(0)
        self._store.put(message["name"], upload)
        return {}, b""

    def _read(self, message, _body):
        return {}, self._store.read(message["name"], message["offset"], min(message["size"], CHUNK))

    def _remove(self, message, _body):
        self._store.remove(message["names"])
        return {}, b""


def _checked(name):
    if not _name.match(name):
        raise ValueError(f"'{name}' is no name of a checkpoint file")
    return name
