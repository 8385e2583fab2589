import StrictJSON
import Synchronization

/// What the shops asked for, and what they heard. The server has no part in it.
final class PixCrashBook: Sendable {
    /// What a shop wants to have given back of a payment.
    struct Wish: Sendable, Hashable {
        /// The request's own.
        let key: String
        let transaction: String
        let txid: String
        /// Centavos.
        let amount: Int64
    }

    struct Contents: Sendable {
        /// Keys of charges, in the order in which they were first sent.
        var keys: [String] = []
        /// By key: the id and txid of the answer.
        var heard: [String: String] = [:]
        /// References of payouts.
        var payouts: [String] = []
        /// In the order in which they were first sent.
        var wishes: [Wish] = []
        /// By txid: the number of its transaction.
        var transactions: [String: String] = [:]
        var problems: [String] = []
    }

    private let state = Mutex(Contents())

    var contents: Contents { state.withLock { $0 } }

    func begin(_ key: String) { state.withLock { $0.keys.append(key) } }

    func beginPayout(_ reference: String) { state.withLock { $0.payouts.append(reference) } }

    func begin(_ wish: Wish) { state.withLock { $0.wishes.append(wish) } }

    /// Every answer to a key names the same charge.
    func hear(_ key: String, _ payment: JSONValue) {
        let name = "\(payment["id"]?.stringValue ?? "?") \(payment["txid"]?.stringValue ?? "?")"
        state.withLock { book in
            if let txid = payment["txid"]?.stringValue {
                book.transactions[txid] = payment["transaction_id"]?.stringValue
            }
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
