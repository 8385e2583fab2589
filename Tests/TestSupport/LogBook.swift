public import Logging
import Synchronization

/// Everything that was logged, at every level.
public final class LogBook: Sendable {
    private let entries = Mutex<[String]>([])

    public init() {}

    /// A logger whose every line is kept.
    public var logger: Logger { Logger(label: "book") { _ in Handler(book: self) } }

    /// `level message key=value …`, in the order in which it was logged.
    public var lines: [String] { entries.withLock { $0 } }

    private func add(_ line: String) { entries.withLock { $0.append(line) } }

    private struct Handler: LogHandler {
        let book: LogBook
        var metadata: Logger.Metadata = [:]
        var metadataProvider: Logger.MetadataProvider?
        var logLevel: Logger.Level = .trace

        subscript(metadataKey key: String) -> Logger.MetadataValue? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
            let parts = all.map { "\($0.key)=\($0.value)" } + (event.error.map { ["error=\($0)"] } ?? [])
            book.add("\(event.level) \(event.message) \(parts.joined(separator: " "))")
        }
    }
}
