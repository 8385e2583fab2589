import Foundation
public import Logging
import StrictJSON
import Synchronization

/// One JSON object a line on standard error.
public struct JSONLogHandler: LogHandler {
    public var logLevel: Logger.Level = .info
    public var metadata: Logger.Metadata = [:]
    private let label: String
    /// Lines of different threads do not mix.
    private static let output = Mutex(FileHandle.standardError)

    public init(label: String) {
        self.label = label
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var line = JSONObject()
        line["time"] = .string(Date().ISO8601Format(.iso8601(timeZone: .gmt, includingFractionalSeconds: true)))
        line["level"] = .string(event.level.rawValue)
        line["label"] = .string(label)
        line["message"] = .string("\(event.message)")
        for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key }) {
            line[line[key] == nil ? key : "meta.\(key)"] = .string("\(value)")
        }
        var bytes = JSONValue.object(line).serialized()
        bytes.append(UInt8(ascii: "\n"))
        Self.output.withLock { try? $0.write(contentsOf: bytes) }
    }
}
