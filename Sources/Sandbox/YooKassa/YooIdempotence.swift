import StrictJSON

/// What was asked for under which idempotence key, for a day.
///
/// Source: yookassa.md 3.
struct YooIdempotence: Sendable {
    private struct Entry {
        let path: [String]
        let body: JSONValue
        let firstAt: Int64
        /// nil: nothing was done under it yet.
        var reply: YooReply?
    }

    enum Verdict {
        case new
        /// What the first request was answered.
        case stored(YooReply)
        case duplicated
    }

    static let memoryMilliseconds: Int64 = 24 * 3_600_000

    private var entries: [String: Entry] = [:]
    /// So many, and those of yesterday are thrown away.
    private var purgeCount = 100_000

    /// Registers a request.
    /// - Parameter name: the key, and whose it is.
    mutating func admit(_ name: String, _ path: [String], _ body: JSONValue, _ now: Int64) -> Verdict {
        guard let known = entries[name], now - known.firstAt < Self.memoryMilliseconds else {
            purge(now)
            entries[name] = Entry(path: path, body: body, firstAt: now)
            return .new
        }
        guard known.path == path, known.body == body else { return .duplicated }
        return known.reply.map { .stored($0) } ?? .new
    }

    private mutating func purge(_ now: Int64) {
        guard entries.count >= purgeCount else { return }
        entries = entries.filter { now - $0.value.firstAt < Self.memoryMilliseconds }
        purgeCount = max(100_000, 2 * entries.count)
    }

    mutating func store(_ name: String, _ reply: YooReply) { entries[name]?.reply = reply }

    /// Letters, digits, `+ - _ .`, 64 at the most.
    static func isKey(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                    UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }
}
