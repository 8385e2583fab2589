/// A place where one waits until somebody lets it go on.
final class Gate: Sendable {
    private let arrival = AsyncStream.makeStream(of: Void.self)
    private let release = AsyncStream.makeStream(of: Void.self)

    /// Returns when somebody waits.
    func reached() async { for await _ in arrival.stream { return } }

    func open() { release.continuation.finish() }

    func pass() async {
        arrival.continuation.yield()
        for await _ in release.stream {}
    }
}
