#ifndef DISK_H
#define DISK_H

#include "FaultyDisk.h"
#include <pthread.h>

// What a write or a truncation replaced, so that it can be taken back.
typedef struct Change {
    int64_t offset;
    int64_t length;
    // The bytes that were there; fewer than `length` at the end of the file.
    unsigned char *old;
    int64_t old_length;
    int64_t old_size;
} Change;

// A file of a disk: what has changed in it since its last sync.
typedef struct Image {
    char *path;
    Change *changes;
    int count;
    int capacity;
    int64_t syncs;
    struct Image *next;
} Image;

struct FaultyDisk {
    char *folder;
    pthread_mutex_t mutex;
    Image *images;
    int64_t operations;
    int64_t commits;
    int64_t countdown;
    int64_t open_countdown;
    FaultyDiskFault fault;
    int has_struck;
    // The power is off.
    int is_dead;
    struct FaultyDisk *next;
};

// The disk that a path is on, or NULL.
FaultyDisk *disk_of(const char *path);

// All of these want the disk's mutex held.
Image *disk_image(FaultyDisk *disk, const char *path);
void image_remember(Image *image, Change change);
void image_settle(Image *image);

// Counts an operation and says how it ends.
FaultyDiskFault disk_operation(FaultyDisk *disk);

// Registers the VFS as SQLite's default, once.
void vfs_install(void);

#endif
