import Foundation

/// A server in a process of its own, ended by its process id.
final class ChildServer {
    let port: Int
    let process: Process
    /// From the start of the process to its first answer, milliseconds.
    private(set) var startMilliseconds = 0.0

    /// Starts it and waits for `GET /health`.
    init(_ program: String, _ arguments: [String], environment: [String: String] = [:], port: Int) throws {
        self.port = port
        process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardError = FileHandle.standardError
        process.standardOutput = FileHandle.nullDevice
        let start = ContinuousClock.now
        try process.run()
        let patience = start + .seconds(20)
        while !Self.answers(port) {
            guard process.isRunning, ContinuousClock.now < patience else {
                throw BenchFailure("\(program) does not answer on port \(port)")
            }
            usleep(500)
        }
        startMilliseconds =
            Double((ContinuousClock.now - start).components.attoseconds) / 1e15
            + Double((ContinuousClock.now - start).components.seconds) * 1_000
    }

    /// The most memory that it has had, megabytes; nil where the system does not tell.
    var peakMegabytes: Double? {
        guard let status = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kilobytes = line.split(separator: " ").dropFirst().compactMap({ Double($0) }).first
        else { return nil }
        return kilobytes / 1_024
    }

    /// Processor time that it has used, microseconds; 0 where the system does not tell.
    var processorMicroseconds: Double {
        guard let stat = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8),
            let rest = stat.split(separator: ")").last
        else { return 0 }
        let fields = rest.split(separator: " ")
        guard fields.count > 13, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
        return (user + system) * 1_000_000 / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    private static func answers(_ port: Int) -> Bool {
        #if canImport(Glibc)
            let stream = Int32(SOCK_STREAM.rawValue)
        #else
            let stream = SOCK_STREAM
        #endif
        let descriptor = socket(AF_INET, stream, 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { return false }
        let request = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
        guard request.withCString({ write(descriptor, $0, strlen($0)) }) > 0 else { return false }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = read(descriptor, &bytes, bytes.count)
        return count > 12 && bytes[9] == UInt8(ascii: "2")
    }
}

struct BenchFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
