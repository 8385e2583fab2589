import Foundation

/// The file of a backup: made beside its place under a name of its own, owned by one process, and given its real name
/// when it is whole.
final class BackupFile {
    /// Where it is written: `.NAME.tiyin-partial` in the target's folder.
    let path: String
    private let target: String
    private let folder: String
    private var descriptor: Int32

    /// - Throws: ``SQLiteBackupFailure`` if there is a file of that name, or the folder takes none.
    init(target: String) throws {
        let url = URL(fileURLWithPath: target)
        self.target = target
        folder = url.deletingLastPathComponent().path
        path = folder + "/." + url.lastPathComponent + ".tiyin-partial"
        try Self.refuseIfTaken(target)
        descriptor = try Self.claim(path, for: target)
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Makes it a file that needs no log beside it: a copied header says that there is one.
    ///
    /// Bytes 18 and 19 are the versions that a writer and a reader must know: 1 is a rollback journal, 2 is WAL.
    /// Source: https://www.sqlite.org/fileformat2.html, 1.3.3.
    func standAlone() throws {
        let versions: [UInt8] = [1, 1]
        guard pwrite(descriptor, versions, 2, 18) == 2 else { throw failure("cannot be written") }
        try sync(descriptor)
    }

    /// Gives it its name, for good.
    /// - Returns: its size in bytes.
    func publish() throws -> Int64 {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("cannot be read") }
        // Unlike a rename, a link does not replace what came in between.
        if link(path, target) != 0 {
            guard errno == EPERM || errno == EOPNOTSUPP || errno == ENOTSUP else { throw taken() }
            // A file system without links.
            try Self.refuseIfTaken(target)
            guard rename(path, target) == 0 else { throw failure("cannot be given its name") }
        } else {
            unlink(path)
        }
        let directory = open(folder, O_RDONLY | O_CLOEXEC)
        defer { if directory >= 0 { close(directory) } }
        guard directory >= 0, fsync(directory) == 0 else {
            unlink(target)
            throw failure("cannot be made durable")
        }
        close(descriptor)
        descriptor = -1
        return Int64(status.st_size)
    }

    /// Leaves nothing behind.
    func discard() {
        guard descriptor >= 0 else { return }
        unlink(path)
        close(descriptor)
        descriptor = -1
    }

    private func sync(_ descriptor: Int32) throws {
        #if canImport(Darwin)
            // fsync leaves it in the drive's cache there.
            let code = fcntl(descriptor, F_FULLFSYNC)
        #else
            let code = fsync(descriptor)
        #endif
        guard code != -1 else { throw failure("cannot be made durable") }
    }

    private func taken() -> SQLiteBackupFailure {
        errno == EEXIST ? Self.existing(target) : failure("cannot be given its name")
    }

    private func failure(_ what: String) -> SQLiteBackupFailure {
        SQLiteBackupFailure("the backup \(target) \(what): \(String(cString: strerror(errno)))")
    }

    private static func existing(_ target: String) -> SQLiteBackupFailure {
        SQLiteBackupFailure("\(target) exists already, and a backup overwrites nothing: choose another name")
    }

    private static func refuseIfTaken(_ target: String) throws {
        var status = stat()
        if lstat(target, &status) == 0 { throw existing(target) }
        // SQLite would take a log that some other file has left for this one's.
        for ending in ["-wal", "-journal", "-shm"] where lstat(target + ending, &status) == 0 {
            throw SQLiteBackupFailure(
                "\(target)\(ending) is left from another database and would be read with the backup: choose another "
                    + "name, or remove it")
        }
    }

    /// Makes the file for the owner alone, or takes over what a killed backup left.
    private static func claim(_ path: String, for target: String) throws -> Int32 {
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else {
                throw SQLiteBackupFailure(
                    "no file can be made in the folder of \(target): \(String(cString: strerror(errno)))")
            }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                close(descriptor)
                throw SQLiteBackupFailure("another backup to \(target) is running")
            }
            var (own, named) = (stat(), stat())
            // Whoever had it may have finished between the two calls; then this is not the file of that name.
            let isNamed =
                fstat(descriptor, &own) == 0 && lstat(path, &named) == 0 && own.st_ino == named.st_ino
                && own.st_dev == named.st_dev
            if isNamed, own.st_size == 0, own.st_nlink == 1, fchmod(descriptor, 0o600) == 0 { return descriptor }
            // What a killed backup left. It goes by its name alone: killed at its last step, it is a whole backup that
            // has its real name already.
            if isNamed, unlink(path) != 0 {
                close(descriptor)
                throw SQLiteBackupFailure("\(path) is in the way: \(String(cString: strerror(errno)))")
            }
            close(descriptor)
        }
    }
}
