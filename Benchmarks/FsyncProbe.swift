import Foundation

/// What one durable write costs on this disk, to tell the server's own time from the disk's.
enum FsyncProbe {
    /// The median of appending 4 KiB and fsync, microseconds.
    static func medianMicroseconds(in folder: String, count: Int = 300) -> Double {
        let path = folder + "/fsync-probe"
        let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o644)
        guard descriptor >= 0 else { return 0 }
        defer {
            close(descriptor)
            unlink(path)
        }
        let page = [UInt8](repeating: 0x5A, count: 4_096)
        var times: [Double] = []
        for _ in 0..<count {
            let start = ContinuousClock.now
            _ = write(descriptor, page, page.count)
            _ = fsync(descriptor)
            times.append(Double((ContinuousClock.now - start).components.attoseconds) / 1e12)
        }
        return times.median
    }
}
