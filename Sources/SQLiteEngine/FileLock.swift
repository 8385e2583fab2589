import Foundation
import Synchronization

/// One server process for one database file.
///
/// SQLite before 3.51.3 can corrupt a file when one process checkpoints while another resets the log, so a second
/// process must not even open it for writing.
final class FileLock: Sendable {
    /// Nil once it is released.
    private let descriptor: Mutex<Int32?>

    /// - Throws: ``SQLiteOpenFailure`` if another process holds the lock.
    init(forDatabase path: String) throws {
        // One lock for one file, by whatever name it is called.
        let lockPath = URL(fileURLWithPath: path).resolvingSymlinksInPath().path + ".lock"
        let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw SQLiteOpenFailure(
                "cannot create \(lockPath): \(String(cString: strerror(errno))). Check the folder and its rights.")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            var bytes = [UInt8](repeating: 0, count: 32)
            let count = read(descriptor, &bytes, bytes.count)
            close(descriptor)
            let holder = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
                .trimmingCharacters(in: .whitespacesAndNewlines)
            throw SQLiteOpenFailure(
                "the database \(path) is in use by another tiyin process"
                    + (holder.isEmpty ? "" : " (process \(holder))")
                    + ". Stop it first, or use another DATABASE_URL.", isInUse: true)
        }
        self.descriptor = Mutex(descriptor)
        let text = "\(getpid())\n"
        _ = ftruncate(descriptor, 0)
        _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) }
    }

    func release() {
        // Once only: the number may belong to another file by the second time.
        let held = descriptor.withLock { descriptor in
            defer { descriptor = nil }
            return descriptor
        }
        guard let held else { return }
        // Said aloud: a child that is being started at this moment still holds a copy of the descriptor. The file
        // stays, so that nobody locks a deleted one.
        flock(held, LOCK_UN)
        close(held)
    }
}
