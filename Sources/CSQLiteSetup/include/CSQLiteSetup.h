#ifndef CSQLITESETUP_H
#define CSQLITESETUP_H

// Turns off SQLite's process-wide memory statistics, which take a global lock at each allocation.
// Must be called before the first connection is opened. Returns SQLite's result code; a library that is already
// initialised refuses, and then only speed is lost.
int tiyin_sqlite_without_memory_statistics(void);

#endif
