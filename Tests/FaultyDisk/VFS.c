#include "Disk.h"
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

static sqlite3_vfs *real_vfs;
static sqlite3_vfs faulty_vfs;

// A file on a disk; the system's own file lies behind it in the same memory.
typedef struct File {
    sqlite3_file base;
    FaultyDisk *disk;
    Image *image;
    sqlite3_file *real;
} File;

#define REAL(file) (((File *)(file))->real)

static int file_close(sqlite3_file *file) { return REAL(file)->pMethods->xClose(REAL(file)); }

static int file_read(sqlite3_file *file, void *into, int length, sqlite3_int64 offset) {
    return REAL(file)->pMethods->xRead(REAL(file), into, length, offset);
}

// Remembers what is about to be replaced.
static void remember(File *file, sqlite3_int64 offset, sqlite3_int64 length) {
    Change change = {.offset = offset, .length = length};
    sqlite3_int64 size = 0;
    file->real->pMethods->xFileSize(file->real, &size);
    change.old_size = size;
    change.old_length = size <= offset ? 0 : size - offset < length ? size - offset : length;
    if (change.old_length > 0) {
        change.old = malloc((size_t)change.old_length);
        file->real->pMethods->xRead(file->real, change.old, (int)change.old_length, offset);
    }
    image_remember(file->image, change);
}

// The header of a frame in a write-ahead log has 24 bytes; the second four are the file's size in pages, or 0 if the
// storage transaction goes on.
static int ends_transaction(const File *file, const void *bytes, int length) {
    size_t name = strlen(file->image->path);
    if (length != 24 || name < 4 || strcmp(file->image->path + name - 4, "-wal") != 0) return 0;
    const unsigned char *header = bytes;
    return (header[4] | header[5] | header[6] | header[7]) != 0;
}

static int file_write(sqlite3_file *base, const void *bytes, int length, sqlite3_int64 offset) {
    File *file = (File *)base;
    pthread_mutex_lock(&file->disk->mutex);
    FaultyDiskFault fault = disk_operation(file->disk);
    int written = fault == FAULTY_DISK_HEALTHY ? length : fault == FAULTY_DISK_HALF ? length / 2 : 0;
    int code = SQLITE_OK;
    if (written > 0) {
        remember(file, offset, written);
        code = file->real->pMethods->xWrite(file->real, bytes, written, offset);
    }
    if (fault == FAULTY_DISK_HEALTHY && ends_transaction(file, bytes, length)) file->disk->commits++;
    pthread_mutex_unlock(&file->disk->mutex);
    if (fault == FAULTY_DISK_HEALTHY) return code;
    return fault == FAULTY_DISK_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

static int file_truncate(sqlite3_file *base, sqlite3_int64 size) {
    File *file = (File *)base;
    pthread_mutex_lock(&file->disk->mutex);
    FaultyDiskFault fault = disk_operation(file->disk);
    int code = SQLITE_OK;
    if (fault == FAULTY_DISK_HEALTHY || fault == FAULTY_DISK_HALF) {
        sqlite3_int64 now = 0;
        file->real->pMethods->xFileSize(file->real, &now);
        remember(file, size, now > size ? now - size : 0);
        code = file->real->pMethods->xTruncate(file->real, size);
    }
    pthread_mutex_unlock(&file->disk->mutex);
    return fault == FAULTY_DISK_HEALTHY ? code : SQLITE_IOERR_TRUNCATE;
}

static int file_sync(sqlite3_file *base, int flags) {
    (void)flags;
    File *file = (File *)base;
    pthread_mutex_lock(&file->disk->mutex);
    FaultyDiskFault fault = disk_operation(file->disk);
    if (fault == FAULTY_DISK_HEALTHY || fault == FAULTY_DISK_HALF) {
        image_settle(file->image);
        file->image->syncs++;
    }
    pthread_mutex_unlock(&file->disk->mutex);
    return fault == FAULTY_DISK_HEALTHY ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
    return REAL(file)->pMethods->xFileSize(REAL(file), size);
}
static int file_lock(sqlite3_file *file, int lock) { return REAL(file)->pMethods->xLock(REAL(file), lock); }
static int file_unlock(sqlite3_file *file, int lock) { return REAL(file)->pMethods->xUnlock(REAL(file), lock); }
static int file_check_lock(sqlite3_file *file, int *out) {
    return REAL(file)->pMethods->xCheckReservedLock(REAL(file), out);
}
static int file_control(sqlite3_file *file, int code, void *argument) {
    return REAL(file)->pMethods->xFileControl(REAL(file), code, argument);
}
static int file_sector_size(sqlite3_file *file) { return REAL(file)->pMethods->xSectorSize(REAL(file)); }
static int file_characteristics(sqlite3_file *file) {
    return REAL(file)->pMethods->xDeviceCharacteristics(REAL(file));
}
static int shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out) {
    return REAL(file)->pMethods->xShmMap(REAL(file), page, size, extend, out);
}
static int shm_lock(sqlite3_file *file, int offset, int count, int flags) {
    return REAL(file)->pMethods->xShmLock(REAL(file), offset, count, flags);
}
static void shm_barrier(sqlite3_file *file) { REAL(file)->pMethods->xShmBarrier(REAL(file)); }
static int shm_unmap(sqlite3_file *file, int remove) { return REAL(file)->pMethods->xShmUnmap(REAL(file), remove); }

// Version 2: no memory-mapped reading, so that every byte passes by here.
static const sqlite3_io_methods methods = {
    2,           file_close,      file_read,    file_write,       file_truncate,        file_sync, file_size, file_lock,
    file_unlock, file_check_lock, file_control, file_sector_size, file_characteristics, shm_map,   shm_lock,  shm_barrier,
    shm_unmap,   NULL,            NULL,
};

static int vfs_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *base, int flags, int *out_flags) {
    (void)vfs;
    FaultyDisk *disk = path == NULL ? NULL : disk_of(path);
    if (disk == NULL) return real_vfs->xOpen(real_vfs, path, base, flags, out_flags);
    File *file = (File *)base;
    memset(file, 0, sizeof(File));
    pthread_mutex_lock(&disk->mutex);
    int fails = disk->open_countdown > 0 && --disk->open_countdown == 0;
    file->image = disk_image(disk, path);
    pthread_mutex_unlock(&disk->mutex);
    if (fails) return SQLITE_CANTOPEN;
    file->disk = disk;
    file->real = (sqlite3_file *)(file + 1);
    int code = real_vfs->xOpen(real_vfs, path, file->real, flags, out_flags);
    if (code == SQLITE_OK) base->pMethods = &methods;
    return code;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int sync_folder) {
    (void)vfs;
    FaultyDisk *disk = disk_of(path);
    if (disk == NULL) return real_vfs->xDelete(real_vfs, path, sync_folder);
    pthread_mutex_lock(&disk->mutex);
    int code = SQLITE_IOERR_DELETE;
    if (!disk->is_dead) {
        image_settle(disk_image(disk, path));
        code = real_vfs->xDelete(real_vfs, path, 0);
    }
    pthread_mutex_unlock(&disk->mutex);
    return code;
}

static void install(void) {
    real_vfs = sqlite3_vfs_find(NULL);
    faulty_vfs = *real_vfs;
    faulty_vfs.zName = "faulty-disk";
    faulty_vfs.pNext = NULL;
    faulty_vfs.szOsFile = (int)sizeof(File) + real_vfs->szOsFile;
    faulty_vfs.xOpen = vfs_open;
    faulty_vfs.xDelete = vfs_delete;
    sqlite3_vfs_register(&faulty_vfs, 1);
}

void vfs_install(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install);
}
