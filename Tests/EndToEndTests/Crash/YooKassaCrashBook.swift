import Synchronization

/// What the shops asked for, and what they heard. The server has no part in it.
final class YooKassaCrashBook: Sendable {
    /// A part that is to go back.
    struct Part: Sendable, Hashable {
        var key: String
        var payment: String
        /// Decimal text.
        var value: String
    }

    struct Contents: Sendable {
        /// Keys of payments, in the order in which they were first sent, and whether the money is held first.
        var keys: [(key: String, isHeld: Bool)] = []
        /// Keys of subscriptions.
        var subscriptions: [String] = []
        /// By key: the id that was answered.
        var heard: [String: String] = [:]
        var parts: [Part] = []
        var problems: [String] = []
    }

    private let state = Mutex(Contents())

    var contents: Contents { state.withLock { $0 } }

    func begin(_ key: String, isHeld: Bool) { state.withLock { $0.keys.append((key, isHeld)) } }

    func beginSubscription(_ key: String) { state.withLock { $0.subscriptions.append(key) } }

    func begin(_ part: Part) { state.withLock { $0.parts.append(part) } }

    /// Every answer to a key names the same payment, or the same subscription.
    func hear(_ key: String, _ id: String) {
        state.withLock { book in
            if let before = book.heard.updateValue(id, forKey: key), before != id {
                book.problems.append("key \(key) was \(before) and is \(id)")
            }
        }
    }
}
