import Dispatch
import Synchronization

/// Holds a storage closure until the test lets it go on.
///
/// A closure of the product does nothing but SQL; these wait, so that a test knows what happens meanwhile.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let arrived = AsyncStream.makeStream(of: Void.self)

    /// In the closure: says that it has come this far, and waits.
    func pass() {
        arrived.continuation.yield()
        semaphore.wait()
        // Later runs of the same closure pass at once.
        semaphore.signal()
    }

    /// In the test: returns when a closure stands at the gate.
    func reached() async {
        var iterator = arrived.stream.makeAsyncIterator()
        _ = await iterator.next()
    }

    func open() { semaphore.signal() }
}

/// A number that many threads count up.
final class Counter: Sendable {
    private let number = Mutex(0)

    var value: Int { number.withLock { $0 } }

    @discardableResult
    func next() -> Int {
        number.withLock { number in
            number += 1
            return number
        }
    }
}
