"""What connects the window's parts with the document, the threads and the files, area by area."""
