import Foundation
public import Logging
import StrictJSON
import Synchronization

/// One line an event on standard error, as text or as a JSON object.
///
/// Metadata is formatted only when a line is written: a request sets its id, but seldom logs.
public struct LineLogHandler: LogHandler {
    /// The form of a line.
    public enum Format: Sendable {
        /// `TIME LEVEL LABEL: MESSAGE KEY=VALUE …`, or a JSON object with `time`, `level`, `label`, `message` and the
        /// metadata.
        case text, json
    }

    /// Events below it are not written.
    public var logLevel: Logger.Level
    /// Stands in every line; an event's own metadata wins over it.
    public var metadata: Logger.Metadata = [:]
    private let label: String
    private let format: Format
    /// Lines of different threads do not mix.
    private static let output = Mutex(FileHandle.standardError)

    /// - Parameters:
    ///   - label: the logger's, as `LoggingSystem.bootstrap` hands it over.
    ///   - level: the least level that is written.
    public init(label: String, level: Logger.Level, format: Format) {
        self.label = label
        self.logLevel = level
        self.format = format
    }

    /// One value of ``metadata``.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one line, whole, whichever thread calls. A line that cannot be written is lost.
    public func log(event: LogEvent) {
        let line = line(event, at: Date())
        Self.output.withLock { try? $0.write(contentsOf: line) }
    }

    /// The line of an event, with its end.
    func line(_ event: LogEvent, at date: Date) -> [UInt8] {
        let time = date.ISO8601Format(.iso8601(timeZone: .gmt, includingFractionalSeconds: true)) + "Z"
        let all = metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted { $0.key < $1.key }
        var bytes: [UInt8]
        switch format {
        case .text:
            // A line stays one line, whatever a value holds.
            let pairs = all.map { " \($0.key)=\(Self.oneLine("\($0.value)"))" }.joined()
            bytes = Array("\(time) \(event.level) \(label): \(Self.oneLine("\(event.message)"))\(pairs)".utf8)
        case .json:
            var line: JSONObject = [
                "time": .string(time), "level": .string(event.level.rawValue), "label": .string(label),
                "message": .string("\(event.message)"),
            ]
            for (key, value) in all { line[line[key] == nil ? key : "meta.\(key)"] = .string("\(value)") }
            bytes = JSONValue.object(line).serialized()
        }
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    private static func oneLine(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.value < 0x20 }) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
    }
}
