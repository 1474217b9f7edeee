"""Files and folders at any address that Spark reaches, through the Hadoop file systems of its JVM. Nothing else calls those;
not the reading of tables, which Spark does."""

import bz2
import functools
import zlib

from encore.errors import UserError

CHECKSUMS = "sha256sums.txt"  # of a dataset or a model; absent when somebody changed the folder


def _told(method):
    """What a file system refuses becomes one sentence, with the path in front."""
    @functools.wraps(method)
    def wrapped(self, path, *others):
        from py4j.protocol import Py4JJavaError

        try:
            return method(self, path, *others)
        except Py4JJavaError as error:
            raise UserError(f"{path}: it cannot be used ({java_reason(error)})") from error

    return wrapped


class Storage:
    """The file systems that a session reaches. Paths are URIs or plain paths, as in `spark.read`."""

    def __init__(self, spark):
        """Raises UserError where the session has no JVM within reach (Spark Connect)."""
        try:
            self._jvm = spark._jvm
            self._path = _java_class(self._jvm, "org.apache.hadoop.fs.Path")
            self._configuration = spark._jsc.hadoopConfiguration()
        except Exception as error:
            raise UserError("Encore prepares and opens datasets in a classic session; this one is a Spark Connect client, so run "
                            "this step with spark-submit or SparkSession.builder.master(...)") from error

    @functools.cached_property
    def _streams(self):
        """What bounds a stream, and what reads it to its end."""
        return (_java_class(self._jvm, "org.apache.commons.io.input.BoundedInputStream"),
                _java_class(self._jvm, "org.apache.commons.io.IOUtils").toByteArray)

    @functools.cached_property
    def _digests(self):
        return _java_class(self._jvm, "org.apache.commons.codec.digest.DigestUtils")

    def _at(self, path):
        from py4j.protocol import Py4JJavaError

        try:
            place = self._path(path)
            return place.getFileSystem(self._configuration), place
        except Py4JJavaError as error:
            raise UserError(f"{path}: this address cannot be used ({java_reason(error)})") from error

    @_told
    def exists(self, path):
        system, place = self._at(path)
        return system.exists(place)

    @_told
    def is_folder(self, path):
        system, place = self._at(path)
        return system.exists(place) and system.getFileStatus(place).isDirectory()

    @_told
    def entries(self, folder):
        """(path, is it a folder) of what lies in the folder, by name; what begins with '.' or '_' is hidden."""
        system, place = self._at(folder)
        found = [(status.getPath().toString(), status.isDirectory()) for status in system.listStatus(place)]
        return sorted(entry for entry in found if not name_of(entry[0]).startswith((".", "_")))

    def files_below(self, folder):
        """(path, path within the folder) of all files in it and in the folders of it; hidden ones left out."""
        found = []
        for path, is_folder in self.entries(folder):
            if is_folder:
                found += [(below, f"{name_of(path)}/{within}") for below, within in self.files_below(path)]
            else:
                found.append((path, name_of(path)))
        return found

    @_told
    def qualified(self, path):
        """The whole address of a path."""
        system, place = self._at(path)
        return system.makeQualified(place).toString()

    @_told
    def head(self, path, size=1 << 16):
        """The first bytes of a file."""
        system, place = self._at(path)
        stream = system.open(place)
        try:
            bounded, to_bytes = self._streams
            return bytes(to_bytes(bounded(stream, size)))
        finally:
            stream.close()

    @_told
    def sha256(self, path):
        """Of a file, as 64 hex digits; the driver's Java reads it."""
        system, place = self._at(path)
        stream = system.open(place)
        try:
            return self._digests.sha256Hex(stream)
        finally:
            stream.close()

    @_told
    def kinds_in_parquet(self, path):
        """What a Parquet file's own schema says of its columns beyond the physical type, such as TIMESTAMP(NANOS,true), by name."""
        parquet = self._jvm.org.apache.parquet.hadoop
        file = parquet.util.HadoopInputFile.fromPath(self._path(path), self._configuration)
        reader = parquet.ParquetFileReader.open(file)
        try:
            fields = reader.getFileMetaData().getSchema().getFields()
            kinds = {field.getName(): field.getLogicalTypeAnnotation() for field in fields}
            return {name: kind.toString() for name, kind in kinds.items() if kind is not None}
        finally:
            reader.close()

    def read_text(self, path):
        return self.head(path, 1 << 30).decode("utf-8")

    def write_text(self, path, text):
        system, place = self._at(path)
        stream = system.create(place, True)
        try:
            stream.write(bytearray(text.encode("utf-8")))
        finally:
            stream.close()

    def rename(self, source, target):
        system, place = self._at(source)
        if not system.rename(place, self._path(target)):
            raise UserError(f"{source} could not be renamed to {target}; is the place writable?")

    def delete(self, path):
        """The file or the whole folder; nothing happens when there is none."""
        system, place = self._at(path)
        system.delete(place, True)

    def local(self, path):
        """The path on this machine where the address is a local file system's, else None."""
        system, place = self._at(path)
        address = system.makeQualified(place).toUri()
        return address.getPath() if address.getScheme() == "file" else None

    def upload(self, file, path):
        system, place = self._at(path)
        system.copyFromLocalFile(False, True, self._path(f"file://{file}"), place)

    def download(self, path, file):
        """Without the checksum files that Hadoop would write beside it."""
        system, place = self._at(path)
        system.copyToLocalFile(False, place, self._path(f"file://{file}"), True)


def _java_class(jvm, name):
    """A class by its whole name. From part to part of it, Java would search all its archives for each package."""
    from py4j.java_gateway import JavaClass

    return JavaClass(name, jvm._gateway_client)


def exact(spark):
    """`spark.read`, for which a path names one file or folder even with [, ], {, }, *, ? or \\ in it: what Spark's own streams use for the
    files that they found."""
    return spark.read.option("__globPaths__", "false")


def unpacked(data):
    """The beginning of a file as text has it: gzip and bzip2 are undone as far as the bytes go."""
    if data.startswith(b"BZh"):
        try:
            return bz2.BZ2Decompressor().decompress(data)
        except OSError as error:
            raise UserError(f"its bzip2 data are damaged ({error})") from error
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        return zlib.decompressobj(31).decompress(data)
    except zlib.error as error:
        raise UserError(f"its gzip data are damaged ({error})") from error


def name_of(path):
    """The last part of a path or URI."""
    return path.rstrip("/").rpartition("/")[2]


def java_reason(error):
    """The innermost message of an exception that Spark's JVM threw, on one line."""
    cause = getattr(error, "java_exception", None)
    if cause is None:
        return str(error).strip().split("\n")[0]
    while cause.getCause() is not None and not cause.getCause().equals(cause):
        cause = cause.getCause()
    return (cause.getMessage() or cause.getClass().getSimpleName()).strip().split("\n")[0]
