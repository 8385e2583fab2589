import StrictJSON
import Synchronization

/// What the shops asked for, and what they heard. The server has no part in it.
final class PixCrashBook: Sendable {
    struct Contents: Sendable {
        /// Keys of charges, in the order in which they were first sent.
        var keys: [String] = []
        /// By key: the id and txid of the answer.
        var heard: [String: String] = [:]
        /// References of payouts.
        var payouts: [String] = []
        var problems: [String] = []
    }

    private let state = Mutex(Contents())

    var contents: Contents { state.withLock { $0 } }

    func begin(_ key: String) { state.withLock { $0.keys.append(key) } }

    func beginPayout(_ reference: String) { state.withLock { $0.payouts.append(reference) } }

    /// Every answer to a key names the same charge.
    func hear(_ key: String, _ payment: JSONValue) {
        let name = "\(payment["id"]?.stringValue ?? "?") \(payment["txid"]?.stringValue ?? "?")"
        state.withLock { book in
            if let before = book.heard.updateValue(name, forKey: key), before != name {
                book.problems.append("key \(key) was \(before) and is \(name)")
            }
        }
    }

    /// By key.
    var txids: [String: String] {
        contents.heard.mapValues { $0.split(separator: " ").last.map(String.init) ?? "" }
    }
}
