import Foundation

/// What stands at a path, looked at before anything is made beside it.
enum DatabaseFile {
    private static let header = Array("SQLite format 3\0".utf8)

    /// - Throws: ``SQLiteOpenFailure`` for what is there and cannot be a database. A missing or empty file may become
    ///   one.
    static func check(_ path: String) throws {
        var status = stat()
        // A missing file, or a folder that cannot be entered: whoever opens it says so.
        guard stat(path, &status) == 0 else { return }
        // A pipe would block whoever opens it.
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw SQLiteOpenFailure("\(path) is no file: name a file in DATABASE_URL")
        }
        guard status.st_size > 0 else { return }
        // After a crash the first page may be in the journal only: SQLite puts it back.
        guard !["-journal", "-wal"].contains(where: { access(path + $0, F_OK) == 0 }) else { return }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw SQLiteOpenFailure(
                "the database \(path) cannot be read: \(String(cString: strerror(errno))). Check its rights.")
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: header.count)
        guard read(descriptor, &bytes, bytes.count) == bytes.count, bytes == header else { throw notADatabase(path) }
    }

    /// Makes a missing file readable to its owner alone: it will hold every payment. SQLite gives the log beside it the
    /// same rights.
    static func createIfMissing(_ path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        // It is there, or cannot be made: whoever opens it says so.
        if descriptor >= 0 { close(descriptor) }
    }

    static func notADatabase(_ path: String) -> SQLiteOpenFailure {
        SQLiteOpenFailure(
            "\(path) is no SQLite database: name another file in DATABASE_URL, or restore this one from its backup")
    }
}
