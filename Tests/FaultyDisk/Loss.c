#include "Disk.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { sector = 512 };

Image *disk_image(FaultyDisk *disk, const char *path) {
    for (Image *image = disk->images; image != NULL; image = image->next) {
        if (strcmp(image->path, path) == 0) return image;
    }
    Image *image = calloc(1, sizeof(Image));
    image->path = strdup(path);
    image->next = disk->images;
    disk->images = image;
    return image;
}

void image_remember(Image *image, Change change) {
    if (image->count == image->capacity) {
        image->capacity = image->capacity == 0 ? 64 : image->capacity * 2;
        image->changes = realloc(image->changes, (size_t)image->capacity * sizeof(Change));
    }
    image->changes[image->count++] = change;
}

void image_settle(Image *image) {
    for (int index = 0; index < image->count; index++) free(image->changes[index].old);
    image->count = 0;
}

// The same numbers for the same seed.
static uint64_t next_random(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

// Takes a change back, but for its first `kept` bytes.
static void take_back(int file, const Change *change, int64_t kept) {
    if (change->old_length > kept) {
        (void)!pwrite(file, change->old + kept, (size_t)(change->old_length - kept), change->offset + kept);
    }
    int64_t size = change->old_size;
    if (kept > 0 && change->offset + kept > size) size = change->offset + kept;
    (void)!ftruncate(file, size);
}

static void lose_tail(int file, const Image *image, int all, uint64_t *random) {
    int kept = all ? 0 : (int)(next_random(random) % (uint64_t)(image->count + 1));
    for (int index = image->count - 1; index >= kept; index--) {
        const Change *change = &image->changes[index];
        int64_t torn = 0;
        if (!all && index == kept && change->length > 0) {
            torn = (int64_t)(next_random(random) % (uint64_t)change->length) / sector * sector;
        }
        take_back(file, change, torn);
    }
}

static void lose_sectors(int file, const Image *image, uint64_t *random) {
    struct stat status;
    if (fstat(file, &status) != 0) return;
    int64_t size = status.st_size;
    unsigned char *now = malloc((size_t)size + 1);
    (void)!pread(file, now, (size_t)size, 0);
    for (int index = image->count - 1; index >= 0; index--) take_back(file, &image->changes[index], 0);
    for (int index = 0; index < image->count; index++) {
        int64_t end = image->changes[index].offset + image->changes[index].length;
        for (int64_t start = image->changes[index].offset; start < end;) {
            int64_t stop = (start / sector + 1) * sector;
            if (stop > end) stop = end;
            if (stop <= size && next_random(random) % 2 == 0) {
                (void)!pwrite(file, now + start, (size_t)(stop - start), start);
            }
            start = stop;
        }
    }
    free(now);
}

void faulty_disk_lose(FaultyDisk *disk, FaultyDiskLoss loss, uint64_t seed) {
    uint64_t random = seed * 0x9E3779B97F4A7C15u + 1;
    pthread_mutex_lock(&disk->mutex);
    for (Image *image = disk->images; image != NULL; image = image->next) {
        int file = open(image->path, O_RDWR | O_CLOEXEC);
        if (file >= 0) {
            if (loss == FAULTY_DISK_LOSE_SECTORS) {
                lose_sectors(file, image, &random);
            } else {
                lose_tail(file, image, loss == FAULTY_DISK_LOSE_ALL, &random);
            }
            close(file);
        }
        image_settle(image);
    }
    disk->is_dead = 0;
    disk->countdown = 0;
    disk->open_countdown = 0;
    pthread_mutex_unlock(&disk->mutex);
}
