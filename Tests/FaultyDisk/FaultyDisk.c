#include "Disk.h"
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t registry = PTHREAD_MUTEX_INITIALIZER;
static FaultyDisk *disks;

FaultyDisk *faulty_disk_create(const char *folder) {
    vfs_install();
    // SQLite resolves symbolic links before it opens.
    char *real = realpath(folder, NULL);
    if (real == NULL) return NULL;
    FaultyDisk *disk = calloc(1, sizeof(FaultyDisk));
    disk->folder = real;
    pthread_mutex_init(&disk->mutex, NULL);
    pthread_mutex_lock(&registry);
    disk->next = disks;
    disks = disk;
    pthread_mutex_unlock(&registry);
    return disk;
}

void faulty_disk_destroy(FaultyDisk *disk) {
    pthread_mutex_lock(&registry);
    FaultyDisk **place = &disks;
    while (*place != disk) place = &(*place)->next;
    *place = disk->next;
    pthread_mutex_unlock(&registry);
    while (disk->images != NULL) {
        Image *image = disk->images;
        disk->images = image->next;
        image_settle(image);
        free(image->changes);
        free(image->path);
        free(image);
    }
    pthread_mutex_destroy(&disk->mutex);
    free(disk->folder);
    free(disk);
}

FaultyDisk *disk_of(const char *path) {
    pthread_mutex_lock(&registry);
    FaultyDisk *found = disks;
    for (; found != NULL; found = found->next) {
        size_t length = strlen(found->folder);
        if (strncmp(path, found->folder, length) == 0 && path[length] == '/') break;
    }
    pthread_mutex_unlock(&registry);
    return found;
}

void faulty_disk_arm(FaultyDisk *disk, int64_t countdown, FaultyDiskFault fault) {
    pthread_mutex_lock(&disk->mutex);
    disk->countdown = countdown;
    disk->fault = fault;
    disk->has_struck = 0;
    pthread_mutex_unlock(&disk->mutex);
}

void faulty_disk_arm_open(FaultyDisk *disk, int64_t countdown) {
    pthread_mutex_lock(&disk->mutex);
    disk->open_countdown = countdown;
    pthread_mutex_unlock(&disk->mutex);
}

int64_t faulty_disk_operations(const FaultyDisk *disk) {
    FaultyDisk *mutable = (FaultyDisk *)disk;
    pthread_mutex_lock(&mutable->mutex);
    int64_t operations = disk->operations;
    pthread_mutex_unlock(&mutable->mutex);
    return operations;
}

int64_t faulty_disk_commits(const FaultyDisk *disk) {
    FaultyDisk *mutable = (FaultyDisk *)disk;
    pthread_mutex_lock(&mutable->mutex);
    int64_t commits = disk->commits;
    pthread_mutex_unlock(&mutable->mutex);
    return commits;
}

int faulty_disk_has_struck(const FaultyDisk *disk) {
    FaultyDisk *mutable = (FaultyDisk *)disk;
    pthread_mutex_lock(&mutable->mutex);
    int has_struck = disk->has_struck;
    pthread_mutex_unlock(&mutable->mutex);
    return has_struck;
}

int64_t faulty_disk_syncs(const FaultyDisk *disk, const char *suffix) {
    FaultyDisk *mutable = (FaultyDisk *)disk;
    pthread_mutex_lock(&mutable->mutex);
    int64_t syncs = 0;
    for (Image *image = disk->images; image != NULL; image = image->next) {
        size_t length = strlen(image->path), tail = strlen(suffix);
        if (length >= tail && strcmp(image->path + length - tail, suffix) == 0) syncs += image->syncs;
    }
    pthread_mutex_unlock(&mutable->mutex);
    return syncs;
}

FaultyDiskFault disk_operation(FaultyDisk *disk) {
    disk->operations++;
    if (disk->is_dead) return FAULTY_DISK_POWER;
    if (disk->countdown == 0 || --disk->countdown > 0) return FAULTY_DISK_HEALTHY;
    disk->has_struck = 1;
    if (disk->fault == FAULTY_DISK_POWER) disk->is_dead = 1;
    return disk->fault;
}
