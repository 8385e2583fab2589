#ifndef FAULTY_DISK_H
#define FAULTY_DISK_H

#include <stdint.h>

// A disk that fails on demand: a SQLite VFS over the system's own one.
//
// It is SQLite's default from the first disk on, and passes every file outside of a disk's folder straight through, so
// that tests beside it notice nothing.
//
// A disk counts the operations that change files: writes, truncations and syncs. It does not really sync: what is
// durable is what was written before the last sync of that file, and `faulty_disk_lose` makes that so.

typedef struct FaultyDisk FaultyDisk;

typedef enum {
    FAULTY_DISK_HEALTHY = 0,
    // The operation fails (EIO) and changes nothing.
    FAULTY_DISK_ERROR = 1,
    // The disk is full: a write fails and changes nothing. Other operations fail like FAULTY_DISK_ERROR.
    FAULTY_DISK_FULL = 2,
    // A write fails after its first half. Other operations take place and report an error all the same.
    FAULTY_DISK_HALF = 3,
    // The power goes: this operation and all that follow fail, deletions included.
    FAULTY_DISK_POWER = 4,
} FaultyDiskFault;

typedef enum {
    // Nothing since the last sync is there.
    FAULTY_DISK_LOSE_ALL = 0,
    // Some of the first writes since the last sync are there, the last of them up to a random sector of 512 bytes.
    FAULTY_DISK_LOSE_TAIL = 1,
    // Of what was written since the last sync, random sectors of 512 bytes are there.
    FAULTY_DISK_LOSE_SECTORS = 2,
} FaultyDiskLoss;

// A disk that holds every file in a folder. NULL if the folder does not exist.
FaultyDisk *faulty_disk_create(const char *folder);

// Only after every file on it is closed.
void faulty_disk_destroy(FaultyDisk *disk);

// Lets one operation fail: the next one for 1.
void faulty_disk_arm(FaultyDisk *disk, int64_t countdown, FaultyDiskFault fault);

// Lets opening a file fail: the next one for 1.
void faulty_disk_arm_open(FaultyDisk *disk, int64_t countdown);

// How many operations there were.
int64_t faulty_disk_operations(const FaultyDisk *disk);

// Whether the armed fault has struck.
int faulty_disk_has_struck(const FaultyDisk *disk);

// How many storage transactions were written to write-ahead logs: a frame that carries the file's size ends one.
int64_t faulty_disk_commits(const FaultyDisk *disk);

// How many syncs there were of files whose name ends so (`-wal`).
int64_t faulty_disk_syncs(const FaultyDisk *disk, const char *suffix);

// After a power cut, when every file is closed: forgets what was not synced. The disk is healthy again.
void faulty_disk_lose(FaultyDisk *disk, FaultyDiskLoss loss, uint64_t seed);

#endif
