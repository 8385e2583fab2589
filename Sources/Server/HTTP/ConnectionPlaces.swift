import Synchronization

/// How many connections are open, of those that are served at once. All connections share it.
///
/// A place is held by who says nothing, too: one host could fill them all, ask once on each, and be silent for as long
/// as idle connections are kept.
final class ConnectionPlaces: Sendable {
    private let plenty: Int
    private let taken = Atomic<Int>(0)

    /// - Parameter limit: connections served at once.
    init(_ limit: Int) {
        plenty = limit * 3 / 4
    }

    /// Whether more than three quarters are taken.
    var areScarce: Bool { taken.load(ordering: .relaxed) > plenty }

    func take() { taken.add(1, ordering: .relaxed) }

    func leave() { taken.subtract(1, ordering: .relaxed) }
}
