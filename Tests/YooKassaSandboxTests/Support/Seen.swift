import Synchronization

@testable import Sandbox

/// What a watcher saw.
final class Seen: Sendable {
    private let kept = Mutex<[YooKassaExchange]>([])

    var all: [YooKassaExchange] { kept.withLock { $0 } }

    func add(_ exchange: YooKassaExchange) { kept.withLock { $0.append(exchange) } }
}
