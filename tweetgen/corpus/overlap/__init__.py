"""All posts, indexed on disk: which one shares the longest run of words with a text, and which one it is most like.

`Writer` keeps a folder of segments up as posts arrive, `OverlapIndex` reads it, mapped into memory; many may read while
one writes. A segment is a file that never changes; the manifest names those that count, and takes its name whole.
"""
