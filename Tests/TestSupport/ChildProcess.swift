import Foundation
import Synchronization

/// A program that a test starts, watches and ends, by its own process id.
public final class ChildProcess: Sendable {
    public struct Exit: Sendable, Hashable {
        /// It ended by itself and without complaint.
        public static let success = Exit(code: 0, isSignalled: false)
        /// It ended by itself and said that something is wrong.
        public static let failure = Exit(code: 1, isSignalled: false)

        /// The exit code; of a program that a signal ended, the signal's number.
        public let code: Int32
        public let isSignalled: Bool
    }

    public let processIdentifier: Int32
    private let log = ProcessLog()
    /// Open as long as the process is wanted, if it watches that.
    private let heldInput: Mutex<FileHandle?>

    /// - Parameters:
    ///   - environment: all that the program sees beside PATH and HOME, so that nobody's own settings get in.
    ///   - folder: where it runs.
    ///   - input: what it reads from standard input.
    ///   - keepsInputOpen: standard input ends only when the process has ended, or this one has: what reads it can tell
    ///     that nobody is there any more.
    public init(
        _ path: String, _ arguments: [String] = [], environment: [String: String] = [:], folder: String,
        input: String = "", keepsInputOpen: Bool = false
    ) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        let own = ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "LD_LIBRARY_PATH"].contains($0.key) }
        process.environment = own.merging(environment) { $1 }
        let (output, errors, standardInput) = (Pipe(), Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = standardInput
        process.terminationHandler = { [log] process in
            let exit = Exit(code: process.terminationStatus, isSignalled: process.terminationReason == .uncaughtSignal)
            log.note { $0.exit = exit }
        }
        try process.run()
        processIdentifier = process.processIdentifier
        log.read(output.fileHandleForReading, into: \.output)
        log.read(errors.fileHandleForReading, into: \.errors)
        try? standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        if keepsInputOpen {
            heldInput = Mutex(standardInput.fileHandleForWriting)
        } else {
            heldInput = Mutex(nil)
            try? standardInput.fileHandleForWriting.close()
        }
    }

    deinit {
        closeInput()
        if log.record.exit == nil { kill(processIdentifier, SIGKILL) }
    }

    /// What it has written to standard output so far.
    public var output: String { log.record.output }
    /// What it has written to standard error so far.
    public var errors: String { log.record.errors }

    public func signal(_ number: Int32) {
        if log.record.exit == nil { kill(processIdentifier, number) }
    }

    /// The first line of output or errors that is wanted; nil if the program ends without it.
    public func line(where wish: @escaping @Sendable (Substring) -> Bool) async -> String? {
        await log.line(where: wish)
    }

    /// Waits until it has ended and all it said is read.
    @discardableResult
    public func exit() async -> Exit {
        await log.exit()
        return log.record.exit ?? Exit(code: -1, isSignalled: false)
    }

    /// Ends it at once and waits.
    public func end() async {
        signal(SIGKILL)
        await exit()
        closeInput()
    }

    private func closeInput() {
        heldInput.withLock { handle in
            try? handle?.close()
            handle = nil
        }
    }
}
