"""What the ``groupflow`` command prints: one module an answer, one function a format."""
