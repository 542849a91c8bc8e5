# SPDX-License-Identifier: Apache-2.0
"""Everything about files: which ones a path names, how tasks read and write them, and what a program brings along.

Driver: `inputs` and `listing` find and cut what is read, `outputdirectory` holds what is written until it is whole,
`added` and `archives` carry what `addFile` and the like name, `checkpoints` replace how an RDD is computed.
Tasks: `reading`, `text`, `binary` and `records` are the formats; `sequencefile`, `writables`, `pickledarrays` and
`checksums` write them as Hadoop and PySpark do.
"""
