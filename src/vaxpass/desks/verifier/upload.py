"""An upload that stays in memory and stops at a limit: the platform's other uploads go through a file, this never."""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from vaxpass.desks.verifier.picture import MAX_BYTES


class InMemoryHandler(FileUploadHandler):
    """Collects one file up to MAX_BYTES; a larger one ends the upload with `too_large` set."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.too_large = False
        self._chunks: list[bytes] = []
        self._size = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file; what came before is forgotten."""
        super().new_file(*args, **kwargs)
        self._chunks, self._size = [], 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece."""
        del start  # pieces come in order
        self._size += len(raw_data)
        if self._size > MAX_BYTES:
            self.too_large, self._chunks = True, []
            raise StopUpload(connection_reset=False)
        self._chunks.append(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Give the whole file."""
        content = BytesIO(b"".join(self._chunks))
        return InMemoryUploadedFile(content, self.field_name, self.file_name or "", None, file_size, None)
