import Synchronization

/// The order in which things happened on many threads.
final class Order: Sendable {
    private let numbers = Mutex<[Int]>([])

    var list: [Int] { numbers.withLock { $0 } }

    func add(_ number: Int) { numbers.withLock { $0.append(number) } }
}
